"""How far a document got under one claim, and when that is written down."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from documents.action import Action
from documents.actor import Actor
from documents.document import Document
from documents.event import Event
from documents.stage import Stage
from documents.work import Claim, Work
from tests.fakes import paper
from tests.world import World
from workers.way import Way


@pytest.fixture
def claim(world: World) -> Claim:
    """Give a claim on a document that was just received."""
    work = Work(document=world.hand_over(paper()).document.id)
    claim = world.ledger.claim(work, "here/1/1", timedelta(seconds=60))
    assert claim is not None
    return claim


def at(document: Document, stage: Stage) -> tuple[Document, Event, float]:
    """Return a document at a stage, with the event that tells so, after a quarter of a second's work."""
    told = Event(
        at=document.changed_at,
        actor=Actor.worker("here/1/1"),
        action=Action.MOVED,
        document=document.id,
        detail=stage.value,
    )
    return replace(document, stage=stage), told, 0.25


def test_a_stage_is_written_down_before_what_may_kill_its_worker(world: World, claim: Claim) -> None:
    """Reading begins at a stage that the ledger knows: what dies there is known to have died there."""
    way = Way(world.services, claim)
    way.go(*at(way.document, Stage.INSPECTED))
    assert world.document(claim.work.document).stage is Stage.INSPECTED


def test_quick_stages_are_one_transaction(world: World, claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is told by its own event all the same, and counts for what was spent on it."""
    monkeypatch.setattr("workers.way._LONGEST", math.inf)
    way = Way(world.services, claim)
    way.go(*at(way.document, Stage.INSPECTED))
    way.go(*at(way.document, Stage.READ))
    known = world.document(claim.work.document)
    assert known.stage is Stage.INSPECTED
    way.go(*at(way.document, Stage.IDENTIFIED))
    assert world.document(claim.work.document).version == known.version + 1
    told = [one.detail for one in world.ledger.events(claim.work.document)]
    assert told[-3:] == ["inspected", "read", "identified"]
    assert (known.seconds, way.document.seconds) == (0.25, 0.75)


def test_what_took_long_is_written_down_at_once(world: World, claim: Claim, monkeypatch: pytest.MonkeyPatch) -> None:
    """A death costs half a second of work beside the step under way."""
    way = Way(world.services, claim)
    way.go(*at(way.document, Stage.INSPECTED))
    monkeypatch.setattr("workers.way.time.monotonic", lambda: float("inf"))
    way.go(*at(way.document, Stage.READ))
    assert world.document(claim.work.document).stage is Stage.READ


def test_what_fails_has_failed_where_it_stood(world: World, claim: Claim) -> None:
    """The stage before is written down first, so that the attempt counts at the right one."""
    way = Way(world.services, claim)
    way.go(*at(way.document, Stage.INSPECTED))
    way.go(*at(way.document, Stage.READ))
    with pytest.raises(RuntimeError), way.committed_if_it_ends_here():
        raise RuntimeError
    assert world.document(claim.work.document).stage is Stage.READ
