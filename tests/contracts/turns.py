"""The contract of registers of turns: a back end is accepted by passing it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from storage.turns.interface import Turn, Turns
from tests.contracts.ledger_making import Clock

#: Makes one more instance over the same register, as another process would.
Reopen = Callable[[], Turns]

MINUTE = timedelta(minutes=1)


class TurnsContract:
    """Inherited by the test class of each back end, which gives the fixture ``reopen``."""

    @pytest.fixture
    def clock(self) -> Clock:
        """Give the clock that every instance goes by."""
        return Clock()

    @pytest.fixture
    def turns(self, reopen: Reopen) -> Turns:
        """Give a register in which nobody holds anything."""
        return reopen()

    def test_a_turn_is_one_s_at_a_time(self, turns: Turns, reopen: Reopen, clock: Clock) -> None:
        """Another process is turned away until the time is over."""
        assert turns.take(Turn.NIGHTS, "a", MINUTE)
        assert not reopen().take(Turn.NIGHTS, "b", MINUTE)
        assert reopen().held_until(Turn.NIGHTS) == clock() + MINUTE
        clock.advance(MINUTE)
        assert turns.held_until(Turn.NIGHTS) is None
        assert reopen().take(Turn.NIGHTS, "b", MINUTE)
        assert not turns.take(Turn.NIGHTS, "a", MINUTE)

    def test_who_holds_a_turn_may_hold_it_longer(self, turns: Turns, clock: Clock) -> None:
        """As often as it likes."""
        turns.take(Turn.NIGHTS, "a", MINUTE)
        clock.advance(MINUTE / 2)
        assert turns.take(Turn.NIGHTS, "a", MINUTE)
        assert turns.held_until(Turn.NIGHTS) == clock() + MINUTE

    def test_a_turn_that_is_given_up_is_anybody_s(self, turns: Turns) -> None:
        """By who holds it alone; twice is safe."""
        turns.take(Turn.NIGHTS, "a", MINUTE)
        turns.leave(Turn.NIGHTS, "b")
        assert turns.held_until(Turn.NIGHTS) is not None
        turns.leave(Turn.NIGHTS, "a")
        turns.leave(Turn.NIGHTS, "a")
        assert turns.take(Turn.NIGHTS, "b", MINUTE)

    def test_of_many_who_try_at_once_one_gets_it(self, reopen: Reopen) -> None:
        """Whoever asks first: the others are told, none waits."""
        with ThreadPoolExecutor(8) as pool:
            got = list(pool.map(lambda n: reopen().take(Turn.NIGHTS, f"owner-{n}", MINUTE), range(8)))
        assert got.count(True) == 1
