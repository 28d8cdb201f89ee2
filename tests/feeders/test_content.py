"""Reading a file only when it is an ordinary one, and the same before and after."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeders import content
from feeders.content import Changed, read
from feeders.problem import ProblemCode
from feeders.tree import HeldFolder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    """Give a folder's descriptor."""
    held = HeldFolder(tmp_path)
    yield held.descriptor
    held.close()


def test_an_ordinary_file_is_read(tmp_path: Path, folder: int) -> None:
    """Up to and with the largest size."""
    (tmp_path / "a").write_bytes(b"12345")
    assert read("a", folder, 5) == b"12345"
    assert read("a", folder, 4) is ProblemCode.TOO_LARGE


def test_a_second_name_matters_only_where_others_can_write(tmp_path: Path, folder: int) -> None:
    """In an inbox it is an attack or a mistake; on a person's own disk it is daily life."""
    (tmp_path / "a").write_bytes(b"a")
    os.link(tmp_path / "a", tmp_path / "b")
    assert read("b", folder, 5) is ProblemCode.HARD_LINK
    assert read("b", folder, 5, alone=False) == b"a"


def test_a_file_that_turns_into_a_link_is_not_followed(
    tmp_path: Path, folder: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link put in its place between the look and the opening is refused by the kernel."""
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "a").symlink_to("secret")
    monkeypatch.setattr(content, "fault", lambda *_, **__: None)
    assert read("a", folder, 100) is ProblemCode.SYMBOLIC_LINK


def test_a_file_that_turns_into_a_fifo_does_not_hold_us_up(
    tmp_path: Path, folder: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is opened without waiting for the other end, and then seen for what it is."""
    os.mkfifo(tmp_path / "a")
    looked = iter([None])
    real = content.fault
    monkeypatch.setattr(content, "fault", lambda status, largest, **how: next(looked, real(status, largest, **how)))
    assert read("a", folder, 100) is ProblemCode.NOT_A_FILE


@pytest.mark.parametrize("written", [b"grown", b"x"])
def test_a_file_written_to_meanwhile_is_not_believed(
    tmp_path: Path, folder: int, monkeypatch: pytest.MonkeyPatch, written: bytes
) -> None:
    """P16: bytes of two moments are not a document."""
    path = tmp_path / "a"
    path.write_bytes(b"abc")
    os.utime(path, (0, 0))
    real = os.fdopen

    def opened_and_written(*args: object, **kwargs: object) -> object:
        path.write_bytes(written)
        return real(*args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "fdopen", opened_and_written)
    with pytest.raises(Changed):
        read("a", folder, 100)


def test_a_device_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening some devices does things."""
    monkeypatch.setattr(content, "opened_file", pytest.fail)
    devices = HeldFolder(Path("/dev"))
    assert read("null", devices.descriptor, 100) is ProblemCode.NOT_A_FILE
    devices.close()
