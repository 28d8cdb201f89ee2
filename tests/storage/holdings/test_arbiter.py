"""The arbiter: one writer of a name at a time, and none while a dead one's request could still arrive."""

from datetime import UTC, datetime, timedelta

import pytest

from documents.errors import ObjectsUnavailable
from storage.holdings.arbiter import HoldingArbiter
from storage.holdings.memory import MemoryHoldings
from tests.contracts.ledger_making import Clock

LASTING = timedelta(minutes=5)


@pytest.fixture
def clock() -> Clock:
    """Give a clock that obeys."""
    return Clock()


@pytest.fixture
def arbiter(clock: Clock) -> HoldingArbiter:
    """Give an arbiter that waits for nobody."""
    return HoldingArbiter(
        holdings=MemoryHoldings(clock), lasting=LASTING, patience=timedelta(0), clock=lambda: _seconds(clock)
    )


def _seconds(clock: Clock) -> float:
    return (clock() - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds()


def test_a_name_has_one_writer_at_a_time(arbiter: HoldingArbiter) -> None:
    """P15: another one waits, and then is told to come again; other names are free."""
    with arbiter.holding("bucket/a"), arbiter.holding("bucket/b"):
        with pytest.raises(ObjectsUnavailable) as raised, arbiter.holding("bucket/a"):
            pass
        assert raised.value.subject == "held"
    with arbiter.holding("bucket/a"):
        pass


def test_a_writer_that_failed_holds_on_for_as_long_as_its_request_may_arrive(
    arbiter: HoldingArbiter, clock: Clock
) -> None:
    """P15: what it sent could overwrite what the next one writes."""
    with pytest.raises(InterruptedError), arbiter.holding("bucket/a"):
        raise InterruptedError
    clock.advance(LASTING - timedelta(seconds=1))
    with pytest.raises(ObjectsUnavailable), arbiter.holding("bucket/a"):
        pass
    clock.advance(timedelta(seconds=1))
    with arbiter.holding("bucket/a"):
        pass


def test_a_writer_that_took_too_long_is_not_believed(arbiter: HoldingArbiter, clock: Clock) -> None:
    """Somebody else may have written meanwhile: it has to look again."""
    with pytest.raises(ObjectsUnavailable) as raised, arbiter.holding("bucket/a"):
        clock.advance(LASTING)
    assert raised.value.subject == "held-too-long"


def test_long_names_are_told_apart_by_their_ends(arbiter: HoldingArbiter) -> None:
    """A key may have 900 characters, more than the register holds."""
    with arbiter.holding("a" * 900), arbiter.holding("a" * 899 + "b"):
        pass
