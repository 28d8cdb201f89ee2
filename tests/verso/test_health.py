"""Health means that work is moving."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from documents.errors import LedgerUnavailable, ReaderFailed
from documents.work import Work
from storage.audit.anchoring import anchor
from storage.ledger.sql import open_ledger
from tests.fakes import paper
from tests.world import Clock, World
from verso.health import Ailing, Limits, Process, ailments, idleness
from workers.pulsing import Pulse

LIMITS = Limits(stuck=timedelta(minutes=15), anchor=timedelta(hours=3))


@pytest.fixture
def world() -> World:
    """Give a whole Verso."""
    clock = Clock()
    return World(ledger=open_ledger("sqlite://", clock.now), clock=clock)


def alive(world: World) -> None:
    """Let every process give a sign of life."""
    for process in Process:
        world.ledger.beat(process, f"host/{process}/1")


def found(world: World) -> list[tuple[Ailing, str]]:
    """Say what is wrong, every process being alive."""
    alive(world)
    return [(one.ailing, one.subject) for one in ailments(world.ledger, world.clock.now(), LIMITS)]


def waiting_unsent(world: World) -> None:
    """Nobody carries."""
    world.hand_over(paper())


def waiting_unheard(world: World) -> None:
    """Messages leave, and no worker comes."""
    world.hand_over(paper())
    world.ledger.sent(world.ledger.due(10, timedelta(0)), world.clock.now())


def held(world: World) -> None:
    """A worker keeps its claim and gets nowhere."""
    document = world.hand_over(paper()).document
    world.ledger.claim(Work(document=document.id), "host/1/1", timedelta(days=1))


def half_read(world: World) -> None:
    """A document waits for parts that nobody finishes."""
    document = world.hand_over(paper(pages=6)).document
    world.advance(document.id)
    for work in world.ledger.due(10, timedelta(0)):
        world.ledger.claim(work, "host/1/1", timedelta(days=1))


def test_a_quiet_installation_is_well(world: World) -> None:
    """Nothing to do is no fault."""
    assert not found(world)


def test_work_that_moves_is_well(world: World) -> None:
    """A backlog of minutes is no fault either, and neither is what waits for a person or for its retry."""
    world.hand_over(b"a letter about nobody")
    world.work()
    world.clock.turn(86400)
    for number in range(10):
        world.hand_over(paper(str(number)))
    world.clock.turn(60)
    assert not found(world)


@pytest.mark.parametrize(
    ("stop", "ailing", "stage"),
    [
        (waiting_unsent, Ailing.UNSENT, "received"),
        (waiting_unheard, Ailing.UNHEARD, "received"),
        (held, Ailing.STUCK, "received"),
        (half_read, Ailing.STUCK, "inspected"),
    ],
)
def test_what_does_not_get_on_is_named(world: World, stop: Callable[[World], None], ailing: Ailing, stage: str) -> None:
    """P24: processes that live and a broker that answers prove nothing; that documents move does."""
    stop(world)
    assert not found(world)
    world.clock.turn(16 * 60)
    assert (ailing, stage) in found(world)


def test_an_attempt_that_waits_for_its_retry_is_no_fault(world: World) -> None:
    """Retries have their own times."""

    def fail(_page: int) -> None:
        raise ReaderFailed

    world.before_page = fail
    document = world.hand_over(paper()).document
    world.advance(document.id)
    assert not found(world)


def test_a_silent_process_is_named(world: World) -> None:
    """One of a kind is enough; none is not."""
    alive(world)
    world.clock.turn(60)
    world.ledger.beat(Process.WORKER, "other/1/1")
    world.clock.turn(60)
    said = [(one.ailing, one.subject, one.seconds) for one in ailments(world.ledger, world.clock.now(), LIMITS)]
    assert said == [(Ailing.SILENT, kind, 120) for kind in ("courier", "watcher", "caretaker", "web")]


def test_a_container_asks_after_its_own_process(world: World) -> None:
    """That workers live elsewhere does not help the one that is asked about."""
    world.ledger.beat(Process.WORKER, "other/1/1")
    pulses, now = world.ledger.pulses(), world.clock.now()
    assert not [*idleness(Process.WORKER, pulses, now, "other")]
    assert [*idleness(Process.WORKER, pulses, now, "here")]


def test_a_process_that_waits_for_a_service_is_named_with_it(world: World) -> None:
    """It lives, and does nothing: one of its kind that works is enough."""
    alive(world)
    world.ledger.beat(Process.WATCHER, "host/watcher/1", "objects-unavailable")
    assert [(one.ailing, one.subject) for one in ailments(world.ledger, world.clock.now(), LIMITS)] == [
        (Ailing.PARKED, "watcher: objects-unavailable")
    ]
    world.ledger.beat(Process.WATCHER, "other/watcher/1")
    assert not ailments(world.ledger, world.clock.now(), LIMITS)
    assert [*idleness(Process.WATCHER, world.ledger.pulses(), world.clock.now(), "host")]
    world.ledger.beat(Process.WATCHER, "host/watcher/1")
    assert not [*idleness(Process.WATCHER, world.ledger.pulses(), world.clock.now(), "host")]


def test_a_trail_that_is_no_longer_anchored_is_named(world: World) -> None:
    """The first anchor comes with the first events; from then on it may not get too old."""
    world.hand_over(paper())
    world.work()
    anchor(world.ledger, world.objects, bytes(32), world.clock.now())
    assert not found(world)
    world.clock.turn(4 * 3600)
    assert found(world) == [(Ailing.UNANCHORED, "")]


def test_what_has_been_silent_for_a_day_is_forgotten(world: World) -> None:
    """Children and containers come and go."""
    world.ledger.beat(Process.WORKER, "old/1/1")
    world.clock.turn(2 * 86400)
    world.ledger.beat(Process.WORKER, "new/1/1")
    assert [pulse.owner for pulse in world.ledger.pulses()] == ["new/1/1"]


def test_a_pulse_is_not_given_oftener_than_needed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop of a tenth of a second writes no more than one of a minute."""
    beats: list[str] = []
    monkeypatch.setattr(world.ledger, "beat", lambda kind, _owner: beats.append(kind))
    pulse = Pulse(vitals=world.ledger, process=Process.COURIER)
    for _ in range(100):
        pulse.beat()
    assert beats == ["courier"]


def test_a_ledger_that_is_away_stops_no_process(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sign of life is missed, and that is all."""

    def away(*_: object) -> None:
        raise LedgerUnavailable

    monkeypatch.setattr(world.ledger, "beat", away)
    Pulse(vitals=world.ledger, process=Process.COURIER).beat()


def test_a_thread_gives_signs_for_a_loop_that_is_not_ours(world: World) -> None:
    """A worker's loop is Celery's."""
    with Pulse(vitals=world.ledger, process=Process.WORKER).beating():
        pass
    assert [pulse.kind for pulse in world.ledger.pulses()] == ["worker"]


def test_an_installation_without_a_web_misses_none(world: World) -> None:
    """One that had a web and has it no more does."""
    for process in set(Process) - {Process.WEB}:
        world.ledger.beat(process, f"host/{process}/1")
    assert not ailments(world.ledger, world.clock.now(), LIMITS)
    world.ledger.beat(Process.WEB, "host/web/1")
    world.clock.turn(200)
    silent = [one.subject for one in ailments(world.ledger, world.clock.now(), LIMITS)]
    assert Process.WEB in silent
