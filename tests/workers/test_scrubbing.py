"""Scrubbing by the calendar: it begins when it is due, keeps to its rate, and outlives failures."""

from datetime import timedelta

import pytest

from documents.errors import ObjectsUnavailable
from storage.scrubbing.interface import Starter
from tests.fakes import paper
from tests.world import World
from workers.scrubbing import ScrubDuty


@pytest.fixture
def world(world: World) -> World:
    """Four filed papers."""
    for number in range(4):
        world.hand_over(paper(f"lettre {number}"))
    world.work()
    return world


def duty(world: World, days: float = 7, rate: int = 10**9) -> ScrubDuty:
    """Return a duty over a world."""
    return ScrubDuty(
        log=world.ledger, archive=world.services.archive, now=world.clock.now, every=timedelta(days=days), rate=rate
    )


def finished(world: World) -> int:
    """Return how many passes have been finished."""
    last = world.ledger.last_pass(Starter.CARETAKER, finished=True)
    return 0 if last is None else last.number


def test_a_pass_begins_when_it_is_due_and_not_before(world: World) -> None:
    """The first at once, the next a week after the first began."""
    scrubbing = duty(world)
    scrubbing.round()
    assert finished(world) == 1
    for day in range(7):
        world.clock.turn(86_400 - 120 * (day == 6))
        scrubbing.round()
    assert finished(world) == 1
    world.clock.turn(240)
    scrubbing.round()
    assert finished(world) == 2


def test_no_more_is_read_in_a_second_than_is_set(world: World) -> None:
    """A document at a time here; another process goes on where this one was killed."""
    for seconds in range(5):
        assert finished(world) == 0
        scrubbing = duty(world, rate=1)
        scrubbing.round()
        scrubbing.round()
        standing = world.ledger.last_pass()
        assert standing is not None
        assert standing.objects == len(list(world.objects.keys())) // 4 * min(seconds + 1, 4)
        world.clock.turn(1)
    assert finished(world) == 1


def test_an_outage_is_waited_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """P24: it ends no process and no pass, and nothing is taken for lost."""
    scrubbing = duty(world)

    def away(_: str) -> None:
        raise ObjectsUnavailable

    with monkeypatch.context() as patch:
        patch.setattr(world.objects, "stream", away)
        scrubbing.round()
    assert finished(world) == 0
    world.clock.turn(61)
    scrubbing.round()
    assert finished(world) == 1
    assert list(world.ledger.faults(1)) == []


def test_nothing_is_scrubbed_where_nobody_wants_it(world: World) -> None:
    """Zero days are never."""
    duty(world, days=0).round()
    assert world.ledger.last_pass() is None
