"""Keys at hand: few, short-lived, silent, and gone even where nobody asks for one again."""

import time

import pytest

from storage.keyring import athand
from storage.keyring.athand import AtHand


def test_a_key_is_at_hand_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute, and not a moment longer."""
    hand = AtHand()
    hand.keep("one", bytes(32))
    assert hand.recall("one") == bytes(32)
    later = time.monotonic() + athand.SECONDS + 1
    monkeypatch.setattr("storage.keyring.athand.time.monotonic", lambda: later)
    assert hand.recall("one") is None


def test_what_is_forgotten_is_gone() -> None:
    """At once, and twice is safe."""
    hand = AtHand()
    hand.keep("one", bytes(32))
    hand.forget("one")
    hand.forget("one")
    assert hand.recall("one") is None
    assert len(hand) == 0


def test_memory_is_cleared_though_nobody_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """P13: an idle worker holds no key for longer than its minute."""
    monkeypatch.setattr(athand, "SECONDS", 0.1)
    monkeypatch.setattr(athand, "_BROOM", athand._Broom(pause=0.02))
    hand = AtHand()
    hand.keep("one", bytes(32))
    deadline = time.monotonic() + 60
    while len(hand) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(hand) == 0


def test_the_oldest_is_forgotten_when_there_are_too_many() -> None:
    """Memory stays flat, however long the night."""
    hand = AtHand()
    for number in range(athand.MOST + 1):
        hand.keep(str(number), bytes(32))
    assert len(hand) == athand.MOST
    assert hand.recall("0") is None


def test_no_key_is_printed() -> None:
    """Not by a hand, nor by what it holds."""
    hand = AtHand()
    hand.keep("one", b"sixteen letters!" * 2)
    assert "letters" not in repr(hand) + repr(vars(hand))
