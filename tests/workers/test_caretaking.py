"""What the caretaker sees to, and when."""

from datetime import timedelta

import pytest

from documents.arrival import Arrival, Declaration
from documents.errors import ObjectsUnavailable
from documents.stage import Stage
from pipelines.receive import receive
from pipelines.reimbursing.clearing import Clearer
from storage.audit.anchor import FOLDER
from storage.audit.key import trail_key
from storage.audit.verifying import verify
from storage.keys.memory import MemoryKeys
from storage.ledger.sql import open_ledger
from tests.fakes import paper
from tests.pipelines.reimbursing.insuring import ASSURANCE
from tests.world import Clock, World
from verso.health import Process
from workers.caretaking import Caretaker
from workers.clearing import ClearDuty
from workers.pulsing import Pulse
from workers.scrubbing import ScrubDuty


@pytest.fixture
def world() -> World:
    """Give a whole Verso that proves its events."""
    clock, masters = Clock(), MemoryKeys()
    ledger = open_ledger("sqlite://", clock.now, lambda: trail_key(masters))
    return World(ledger=ledger, clock=clock, masters=masters)


@pytest.fixture
def caretaker(world: World) -> Caretaker:
    """Give its caretaker."""
    return Caretaker(
        trail=world.ledger,
        archive=world.services.archive,
        now=world.clock.now,
        chain_every=timedelta(seconds=10),
        anchor_every=timedelta(hours=1),
        pulse=Pulse(vitals=world.ledger, process=Process.CARETAKER),
        scrubbing=ScrubDuty(
            log=world.ledger, archive=world.services.archive, now=world.clock.now, every=timedelta(0), rate=1
        ),
        clearing=ClearDuty(
            clearer=Clearer(
                ledger=world.ledger,
                archive=world.services.archive,
                now=world.clock.now,
                keep=timedelta(days=14),
                accounted=(),
            ),
            insurers=("assurance",),
        ),
    )


def rounds(caretaker: Caretaker, world: World, count: int, seconds: float) -> None:
    """Let the caretaker go round, time passing between."""
    for _ in range(count):
        caretaker.round()
        world.clock.turn(seconds)


def test_events_are_bound_soon_and_anchored_in_time(caretaker: Caretaker, world: World) -> None:
    """Two hours of work: links all along, an anchor at once and each hour, and all of it is whole."""
    for number in range(24):
        world.hand_over(paper(str(number)))
        world.work()
        rounds(caretaker, world, 1, 300)
    assert len(world.ledger.links(0, 100)) == 24
    assert len(list(world.objects.keys(FOLDER))) == 2
    found = verify(world.ledger, world.objects, trail_key(world.masters))
    assert (found.entries, found.anchors, found.faults) == (24 * 6, 2, ())


def test_nothing_is_looked_at_between_two_times(caretaker: Caretaker, world: World) -> None:
    """A round in between costs no query."""
    rounds(caretaker, world, 1, 1)
    world.hand_over(paper())
    rounds(caretaker, world, 5, 1)
    assert not world.ledger.links(0, 10)
    world.clock.turn(10)
    rounds(caretaker, world, 1, 1)
    assert len(world.ledger.links(0, 10)) == 1


def test_an_outage_is_waited_out(caretaker: Caretaker, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store is away for a while: the chain goes on without it, and is anchored when it is back."""

    def away(*_: object) -> bool:
        raise ObjectsUnavailable

    world.hand_over(paper())
    with monkeypatch.context() as outage:
        outage.setattr(world.objects, "put", away)
        rounds(caretaker, world, 3, 11)
    assert len(world.ledger.links(0, 10)) == 1
    assert world.ledger.last_anchor() is None
    rounds(caretaker, world, 1, 11)
    assert world.ledger.last_anchor() is not None


def test_the_files_of_past_nights_go_by_the_calendar(
    caretaker: Caretaker, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that no night named was refused in the end, and fourteen days later it is gone; an outage puts that off."""
    arrival = Arrival(feeder=ASSURANCE, content=b"lines", declaration=Declaration(file_name="lines.csv"))
    file = receive(arrival, world.services).document.id
    world.clock.turn(8 * 86400)
    world.work()
    rounds(caretaker, world, 3, 6.9 * 86400)
    assert world.document(file).stage is Stage.REFUSED

    def away(*_: object) -> None:
        raise ObjectsUnavailable

    with monkeypatch.context() as outage:
        outage.setattr(world.objects, "delete", away)
        rounds(caretaker, world, 1, 900)
    assert [name for name in world.objects.keys("documents/") if file in name]
    rounds(caretaker, world, 1, 900)
    assert not [name for name in world.objects.keys("documents/") if file in name]
    assert world.document(file).stage is Stage.ERASED
