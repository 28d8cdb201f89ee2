"""The contract of registers of holdings: a back end is accepted by passing it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from storage.holdings.interface import Holdings
from tests.contracts.ledger_making import Clock

#: Makes one more instance over the same register, as another process would.
Reopen = Callable[[], Holdings]

A_MINUTE = timedelta(minutes=1)


class HoldingsContract:
    """Inherited by the test class of each back end, which gives the fixture ``reopen``."""

    @pytest.fixture
    def clock(self) -> Clock:
        """Give the clock that every instance goes by."""
        return Clock()

    @pytest.fixture
    def holdings(self, reopen: Reopen) -> Holdings:
        """Give an empty register."""
        return reopen()

    def test_a_name_has_one_holder(self, holdings: Holdings, reopen: Reopen) -> None:
        """P15: whoever comes second is told so; who holds it may ask again."""
        assert holdings.take("a", "me", A_MINUTE)
        assert holdings.take("a", "me", A_MINUTE)
        assert not reopen().take("a", "other", A_MINUTE)
        assert reopen().take("b", "other", A_MINUTE)

    def test_of_many_who_take_at_once_exactly_one_has_it(self, reopen: Reopen) -> None:
        """P15: across connections and threads."""
        registers = [reopen() for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            for race in range(5):
                won = list(
                    pool.map(lambda one, n, name=str(race): one.take(name, str(n), A_MINUTE), registers, range(8))
                )
                assert won.count(True) == 1

    def test_what_is_given_back_is_free(self, holdings: Holdings) -> None:
        """Twice is safe; nobody gives back what is another's."""
        holdings.take("a", "me", A_MINUTE)
        holdings.give_back("a", "other")
        assert not holdings.take("a", "other", A_MINUTE)
        holdings.give_back("a", "me")
        holdings.give_back("a", "me")
        assert holdings.take("a", "other", A_MINUTE)

    def test_what_a_dead_holder_held_lapses(self, holdings: Holdings, clock: Clock) -> None:
        """P1: nothing is closed for ever, and too late a renewal takes nothing back."""
        holdings.take("a", "dead", A_MINUTE)
        clock.advance(timedelta(seconds=59))
        assert not holdings.take("a", "other", A_MINUTE)
        clock.advance(timedelta(seconds=1))
        holdings.renew("dead", A_MINUTE)
        assert holdings.held("") == {}
        assert holdings.take("a", "other", A_MINUTE)
        holdings.give_back("a", "dead")
        assert holdings.held("") == {"a": "other"}

    def test_a_living_holder_keeps_everything(self, holdings: Holdings, clock: Clock) -> None:
        """One sign of life is enough for all of it."""
        for name in ("a", "b"):
            holdings.take(name, "me", A_MINUTE)
        for _ in range(3):
            clock.advance(timedelta(seconds=50))
            holdings.renew("me", A_MINUTE)
        assert holdings.held("") == {"a": "me", "b": "me"}

    def test_until_when_a_name_is_held_is_known(self, holdings: Holdings, reopen: Reopen, clock: Clock) -> None:
        """By everybody; who takes it again holds it longer, and nobody else does."""
        assert holdings.held_until("a") is None
        holdings.take("a", "machine-" + "1" * 64, A_MINUTE)
        clock.advance(A_MINUTE / 2)
        assert not reopen().take("a", "other", A_MINUTE)
        assert holdings.take("a", "machine-" + "1" * 64, A_MINUTE)
        assert reopen().held_until("a") == clock() + A_MINUTE
        clock.advance(A_MINUTE)
        assert holdings.held_until("a") is None

    def test_what_is_held_is_found_by_its_beginning(self, holdings: Holdings) -> None:
        """Letter by letter: no character stands for others."""
        for name in ("inbox/a_b/1", "inbox/a_b/2", "inbox/axb/1", "inbox/a_bc"):
            holdings.take(name, "me", A_MINUTE)
        assert set(holdings.held("inbox/a_b/")) == {"inbox/a_b/1", "inbox/a_b/2"}
