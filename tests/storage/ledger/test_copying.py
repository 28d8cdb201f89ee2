"""A copy of the ledger is as sealed as the bucket, and either database is made again from it, row by row."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from documents.errors import Tampered, WrongSetting
from documents.stage import Stage
from storage.keys.memory import MemoryKeys
from storage.ledger import dump
from storage.ledger.copying import copy, restore
from storage.ledger.interface import Ledger
from tests.contracts.ledger_making import Clock, admitted, claimed, event, received

MASTERS = MemoryKeys()


@pytest.fixture
def full(url: str, opener: Callable[[str], Ledger], clock: Clock) -> str:
    """Give the URL of a ledger with a stack, its pieces and theirs, arrivals, work and events."""
    ledger = opener(url)
    stack = admitted(ledger, replace(received(clock), stage=Stage.READ))
    for _ in range(2):
        claim = claimed(ledger, stack)
        piece = replace(received(clock), stage=Stage.READ, parent=stack.id, first_page=1, last_page=2)
        ledger.divide(claim, stack, replace(stack, stage=Stage.SPLIT), [piece], event(stack))
        stack = ledger.document(piece.id)
    admitted(ledger, received(clock, feeder="practice", batch=None))
    return url


@pytest.fixture
def clock() -> Clock:
    """Give the clock that every instance goes by."""
    return Clock()


def test_either_database_is_made_again_from_a_copy(
    full: str, ledger_on_sqlite_again: str, ledger_on_postgresql: str, tmp_path: Path
) -> None:
    """From each to each: every row is as it was."""
    before = list(dump.lines(full))
    assert copy(full, MASTERS, tmp_path / "copy") == (tmp_path / "copy").stat().st_size
    others = [target for target in (ledger_on_sqlite_again, ledger_on_postgresql) if target != full]
    for target in others:
        assert restore(tmp_path / "copy", target, MASTERS) == len(before) - 1
        assert list(dump.lines(target)) == before


def test_a_restored_ledger_goes_on(
    full: str, ledger_on_sqlite_again: str, opener: Callable[[str], Ledger], clock: Clock, tmp_path: Path
) -> None:
    """Documents, events and arrivals are added after those that were copied."""
    copy(full, MASTERS, tmp_path / "copy")
    restore(tmp_path / "copy", ledger_on_sqlite_again, MASTERS)
    again = opener(ledger_on_sqlite_again)
    later = admitted(again, received(clock))
    assert again.events(later.id)
    assert again.chain() > 0


def test_a_copy_says_nothing_and_cannot_be_altered(full: str, ledger_on_sqlite_again: str, tmp_path: Path) -> None:
    """P13: not even a stage can be read in it; whatever was touched, cut or is a stranger's is refused whole."""
    copy(full, MASTERS, tmp_path / "copy")
    content = (tmp_path / "copy").read_bytes()
    assert not [word for word in (b"hospital", b"split", b"received", b"events") if word in content]
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    for number, forged in enumerate((content[:-1], content[:-20] + bytes(20), content[:50], b"")):
        (tmp_path / f"forged-{number}").write_bytes(forged)
        with pytest.raises(Tampered):
            restore(tmp_path / f"forged-{number}", ledger_on_sqlite_again, MASTERS)
    with pytest.raises(Tampered):
        restore(tmp_path / "copy", ledger_on_sqlite_again, MemoryKeys())
    assert restore(tmp_path / "copy", ledger_on_sqlite_again, MASTERS) > 0


def test_nothing_is_restored_over_something(full: str, tmp_path: Path) -> None:
    """A ledger with documents in it is never mixed with another; nor is a copy overwritten."""
    copy(full, MASTERS, tmp_path / "copy")
    with pytest.raises(WrongSetting):
        restore(tmp_path / "copy", full, MASTERS)
    with pytest.raises(WrongSetting):
        copy(full, MASTERS, tmp_path / "copy")
