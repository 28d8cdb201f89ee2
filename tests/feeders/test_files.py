"""The feeder behind `verso ingest PATH…`."""

import os
from pathlib import Path

import pytest

from documents.feeder import Feeder, FeederKind
from feeders.files import FilesFeeder, Handed
from feeders.inbox.rules import Rules
from feeders.problem import ProblemCode

DESK = Feeder(name="desk", kind=FeederKind.PRACTITIONER)


def hand_over(*paths: Path, rules: Rules | None = None) -> list[Handed]:
    """Return what becomes of paths."""
    return list(FilesFeeder(DESK, rules, batch="b").hand_over(paths))


def names(handed: list[Handed]) -> list[str]:
    """Return the names of what was taken."""
    return [one.arrival.declaration.file_name for one in handed if one.arrival]


def told(handed: list[Handed]) -> list[tuple[ProblemCode, str]]:
    """Return what was told."""
    return [(problem.code, problem.file_name) for one in handed for problem in one.problems]


def test_a_folder_is_read_in_the_order_of_names_and_left_as_it_is(tmp_path: Path) -> None:
    """Whatever it holds, hidden files aside: a text beside an image is a document of its own."""
    for name in ("b.jpg", "b.txt", "a/z.pdf", ".hidden", "c.part", ".git/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    handed = hand_over(tmp_path)
    assert names(handed) == ["a/z.pdf", "b.jpg", "b.txt"]
    assert [one.arrival.content for one in handed if one.arrival] == [b"a/z.pdf", b"b.jpg", b"b.txt"]
    assert [one.path for one in handed] == [tmp_path / "a/z.pdf", tmp_path / "b.jpg", tmp_path / "b.txt"]
    assert names(hand_over(tmp_path)) == names(handed)


def test_files_are_read_in_the_order_given(tmp_path: Path) -> None:
    """A file that is named is taken whatever its name, with feeder and batch."""
    for name in ("b", ".a"):
        (tmp_path / name).write_bytes(b"x")
    handed = hand_over(tmp_path / "b", tmp_path / ".a")
    assert names(handed) == ["b", ".a"]
    assert {(one.arrival.feeder, one.arrival.batch) for one in handed if one.arrival} == {(DESK, "b")}


def test_what_cannot_be_taken_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Missing, linked, not a file, too large: each has its code, and stands in its place in the order."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good").write_bytes(b"good")
    (tmp_path / "in" / "large").write_bytes(b"12345678")
    (tmp_path / "in" / "link").symlink_to("good")
    (tmp_path / "in" / "loop").symlink_to(".")
    os.mkfifo(tmp_path / "in" / "fifo")
    paths = (tmp_path / "none", tmp_path / ("x" * 300), tmp_path / "in", tmp_path / "in" / "link", Path("a\0b"))
    handed = hand_over(*paths, rules=Rules(largest=5))
    assert names(handed) == ["good"]
    assert told(handed) == [
        (ProblemCode.NOT_FOUND, "none"),
        (ProblemCode.UNREADABLE, "x" * 300),
        (ProblemCode.NOT_A_FILE, "fifo"),
        (ProblemCode.TOO_LARGE, "large"),
        (ProblemCode.SYMBOLIC_LINK, "link"),
        (ProblemCode.SYMBOLIC_LINK, "loop"),
        (ProblemCode.SYMBOLIC_LINK, "link"),
        (ProblemCode.UNREADABLE, "a\0b"),
    ]


def test_a_manifest_speaks_for_its_folder_and_below(tmp_path: Path) -> None:
    """It is no document itself; what it misses and what it does not name is told."""
    (tmp_path / "night" / "sub").mkdir(parents=True)
    for name in ("other.txt", "night/a.txt", "night/sub/b.txt", "night/extra.txt"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "night" / "manifest.csv").write_text("file;author\na.txt;Dr A\nsub/b.txt;Dr B\nc.txt;Dr C\n")
    handed = hand_over(tmp_path)
    authors = {one.path.name: one.arrival.declaration.author for one in handed if one.arrival}
    assert authors == {"other.txt": None, "a.txt": "Dr A", "b.txt": "Dr B", "extra.txt": None}
    assert told(handed) == [(ProblemCode.MANIFEST_EXTRA, "extra.txt"), (ProblemCode.MANIFEST_MISSING, "c.txt")]


@pytest.mark.parametrize("name", [b"two\nlines", "\u202efdp".encode(), b"x" * 255, b"caf\xe9"])
def test_strange_names_are_only_data(tmp_path: Path, name: bytes) -> None:
    """They arrive as valid text."""
    (tmp_path / os.fsdecode(name)).write_bytes(b"x")
    (shown,) = names(hand_over(tmp_path))
    assert shown.encode("utf-8").decode("unicode_escape" if b"\xe9" in name else "utf-8")


def test_names_do_not_print(tmp_path: Path) -> None:
    """A path may hold a patient's name."""
    (tmp_path / "DUPONT.txt").write_bytes(b"x")
    assert "DUPONT" not in repr(hand_over(tmp_path, tmp_path / "DUPONT-2.txt"))
