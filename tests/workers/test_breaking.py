"""An outage parks work: nothing is counted against documents, and the service is asked now and then."""

from datetime import timedelta

import pytest

from documents.errors import KeysUnavailable, LedgerUnavailable, ObjectsUnavailable, WrongSetting
from documents.stage import Stage
from documents.work import Claim
from storage.ledger.interface import Ledger
from storage.objects.memory import MemoryObjects
from tests.fakes import paper
from tests.world import World
from workers.breaking import Breaker, breakers_of

#: More rounds than a document has attempts.
_LONG = 12


class Switch:
    """A service that is out or not, and counts how often it was asked."""

    def __init__(self) -> None:
        """Start in health."""
        self.out = False
        self.asked = 0

    def ask(self) -> None:
        """Answer, or not."""
        self.asked += 1
        if self.out:
            raise ObjectsUnavailable


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """That world, its worker with breakers, its objects with a switch."""
    world.breakers = breakers_of(world.services)
    put = MemoryObjects.put

    def put_unless_out(objects: MemoryObjects, key: str, body: bytes) -> bool:
        if getattr(objects, "out", False):
            raise ObjectsUnavailable
        return put(objects, key, body)

    monkeypatch.setattr(MemoryObjects, "put", put_unless_out)
    return world


def outage(world: World, *, out: bool) -> None:
    """Take the object store away, or bring it back."""
    world.objects.__dict__["out"] = out


def test_an_outage_is_counted_against_no_document(world: World) -> None:
    """P3: however long the store is out, the document lives, with no attempt to its name."""
    document_id = world.hand_over(paper()).document.id
    outage(world, out=True)
    for _ in range(_LONG):
        world.work()
        world.clock.turn(61)
    waiting = world.document(document_id)
    assert (waiting.stage, waiting.attempts, world.ledger.tried(document_id)) == (Stage.INSPECTED, 0, [])
    assert world.ledger.waiting() == {"objects-unavailable": 1}
    outage(world, out=False)
    world.work()
    assert world.document(document_id).stage is Stage.STORED
    assert world.ledger.waiting() == {}


def test_what_could_not_be_shown_at_the_start_is_shown_before_the_first_work(world: World) -> None:
    """P3: a process that began while the store was out parks its work, and proves the store once it is back."""
    switch = Switch()
    switch.out = True
    world.breakers = breakers_of(world.services, switch.ask)
    document_id = world.hand_over(paper()).document.id
    world.work()
    assert world.document(document_id).stage is Stage.RECEIVED
    assert world.ledger.waiting() == {"objects-unavailable": 1}
    switch.out = False
    world.clock.turn(61)
    world.work()
    assert world.document(document_id).stage is Stage.STORED
    assert switch.asked == 2


def test_a_store_that_turns_out_to_break_a_promise_is_given_nothing(world: World) -> None:
    """What would have kept a process from starting is no document's fault, and nothing is sealed into it."""

    def break_a_promise() -> None:
        raise WrongSetting("second-put")

    world.breakers = breakers_of(world.services, break_a_promise)
    document_id = world.hand_over(paper()).document.id
    for _ in range(_LONG):
        world.work()
        world.clock.turn(3601)
    assert world.document(document_id).stage is Stage.RECEIVED
    assert world.ledger.tried(document_id) == []


def test_a_document_on_which_the_store_fails_alone_counts(world: World) -> None:
    """P26: the store answers, so the fault is this document's: it dies of it, and no other waits for it."""

    def fail(_page: int) -> None:
        raise ObjectsUnavailable

    world.before_page = fail
    document_id = world.hand_over(paper()).document.id
    for _ in range(4):
        world.work()
        world.clock.turn(61)
    assert world.document(document_id).stage is Stage.DEAD
    (first, *rest) = world.ledger.tried(document_id)
    assert len(rest) == 2
    assert (first.code, first.stage, first.release) == (
        "objects-unavailable",
        Stage.INSPECTED,
        "verso 0; engine none; model none",
    )


def test_while_a_service_is_out_no_work_begins(world: World) -> None:
    """P3: a thousand documents do not knock a thousand times."""
    switch = Switch()
    world.breakers.by_error[ObjectsUnavailable].probe = switch.ask
    switch.out = True
    outage(world, out=True)
    for number in range(50):
        outage(world, out=False)
        world.hand_over(paper(str(number)))
    outage(world, out=True)
    world.work()
    assert switch.asked == 1
    assert world.ledger.waiting() == {"objects-unavailable": 50}


def test_a_breaker_opens_for_longer_each_time_and_closes_at_the_first_answer(world: World) -> None:
    """Half-open is one probe: it closes, or the wait grows."""
    switch = Switch()
    breaker = Breaker(service="objects-unavailable", probe=switch.ask, now=world.clock.now)
    assert breaker.barred() is None
    switch.out = True
    first = breaker.met()
    assert first is not None
    assert breaker.barred() == first
    world.clock.turn(2)
    second = breaker.barred()
    assert second is not None
    assert second - world.clock.now() >= timedelta(seconds=2)
    switch.out = False
    world.clock.turn(4)
    assert breaker.barred() is None
    assert switch.asked == 3


def test_what_has_come_back_is_used_within_ten_seconds(world: World) -> None:
    """However long it was out: each second more that all work waits is a second more of backlog."""
    switch = Switch()
    switch.out = True
    breaker = Breaker(service="objects-unavailable", probe=switch.ask, now=world.clock.now)
    for _ in range(20):
        until = breaker.met()
        assert until is not None
        assert until - world.clock.now() <= timedelta(seconds=10)
        world.clock.turn(10)


def test_keys_that_are_out_park_work_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """P3: a sealed key service is an outage like any other."""
    document_id = world.hand_over(paper()).document.id

    def refuse(*_: object) -> bytes:
        raise KeysUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(type(world.masters), "unwrap", refuse)
        patched.setattr(type(world.masters), "pseudonym", refuse)
        for _ in range(_LONG):
            world.work()
            world.clock.turn(61)
        assert world.ledger.waiting() == {"keys-unavailable": 1}
    world.work()
    assert world.document(document_id).stage is Stage.STORED


def test_a_ledger_that_is_out_gets_its_work_back_uncounted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """P3: the claim is kept alive and given back at the first answer: no lease lapses, no worker counts as lost."""
    document_id = world.hand_over(paper()).document.id
    outages = [LedgerUnavailable(), LedgerUnavailable(), LedgerUnavailable()]
    move, release = type(world.ledger).move, type(world.ledger).release

    def move_unless_out(ledger: Ledger, *change: object) -> object:
        if outages:
            raise outages.pop()
        return move(ledger, *change)  # type: ignore[arg-type]

    def release_unless_out(ledger: Ledger, claim: Claim, *how: object) -> None:
        if outages:
            raise outages.pop()
        release(ledger, claim, *how)  # type: ignore[arg-type]

    monkeypatch.setattr(type(world.ledger), "move", move_unless_out)
    monkeypatch.setattr(type(world.ledger), "release", release_unless_out)
    assert world.advance(document_id)
    assert world.ledger.waiting() == {"ledger-unavailable": 1}
    assert world.ledger.tried(document_id) == []
    world.work()
    assert world.document(document_id).stage is Stage.STORED
