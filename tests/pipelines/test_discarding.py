"""What a person gives up: the feeder is told, the ground rests sealed, and so does the original."""

from pathlib import Path

import pytest

from documents.action import Action
from documents.actor import Actor
from documents.errors import ObjectsUnavailable, WrongStage
from documents.role import Role
from documents.stage import Stage
from pipelines.discarding import GROUND, discard
from storage.ledger.sql import open_ledger
from tests.fakes import paper
from tests.world import Clock, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world whose reader fails."""
    del tmp_path
    clock = Clock()
    world = World(ledger=open_ledger("sqlite://", clock.now), clock=clock)

    def fail(_page: int) -> None:
        raise ObjectsUnavailable

    world.before_page = fail
    return world


def test_a_dead_document_is_given_up_with_who_and_why(world: World) -> None:
    """P26: its feeder gets an answer at last; what was handed over can still be opened."""
    document_id = world.hand_over(paper()).document.id
    for _ in range(4):
        world.work()
        world.clock.turn(61)
    after = discard(world.document(document_id), Actor.operator("dupont"), "page blanche, vue", world.services)
    assert (after.stage, after.reason, after.died_in) == (Stage.REFUSED, "discarded", None)
    event = world.ledger.events(document_id)[-1]
    assert (event.action, str(event.actor), event.detail) == (
        Action.DISCARDED,
        "operator:dupont",
        "objects-unavailable",
    )
    assert event.sealed_ground is not None
    archive = world.services.archive
    assert archive.open_note(GROUND + document_id.encode(), event.sealed_ground) == b"page blanche, vue"
    assert archive.open(document_id, after.required(Role.ORIGINAL)) == paper()


def test_only_the_dead_are_given_up(world: World) -> None:
    """What is on its way may still succeed."""
    document = world.hand_over(paper()).document
    with pytest.raises(WrongStage):
        discard(document, Actor.operator("dupont"), "pressé", world.services)
