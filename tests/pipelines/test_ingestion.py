"""The flow on one screen: every step leads to a stage that may follow, and may be run twice."""

import dataclasses

import pytest

from documents.errors import Tampered, TooLarge
from documents.role import Role
from documents.stage import SETTLED, SUCCESSORS, WORKABLE, Stage
from pipelines.ingestion import STEPS
from tests.contracts.steps import assert_twice_is_safe
from tests.fakes import paper
from tests.world import World


def test_every_workable_stage_has_its_step() -> None:
    """No document can stand where nobody moves it on."""
    assert set(STEPS) == set(WORKABLE)
    assert set(Stage) == set(WORKABLE) | set(SETTLED)


@pytest.mark.parametrize(
    "content",
    [paper("bonjour"), paper(pages=5), b"BAD", b"rien", b"INS 279035121518989"],
    ids=["plain", "long", "damaged", "nobody", "doubtful"],
)
def test_each_step_may_be_run_twice_and_leads_where_it_may(world: World, content: bytes) -> None:
    """A worker that dies between sealing and committing costs time, never a document."""
    document = world.hand_over(content).document
    while document.stage in WORKABLE:
        after = assert_twice_is_safe(STEPS[document.stage], document, world.services)
        assert after.stage in SUCCESSORS[document.stage]
        document = after


def test_a_step_s_earlier_result_stands_when_a_newer_model_would_judge_otherwise(world: World) -> None:
    """What was sealed first counts: a half-done step and its repetition cannot contradict each other."""
    document = world.hand_over(paper()).document
    for _ in range(4):
        document = STEPS[document.stage](document, world.services)
    other = dataclasses.replace(document, stage=Stage.IDENTIFIED)
    world.services.archive.open(document.id, document.required(Role.CLASSIFICATION))
    assert STEPS[Stage.IDENTIFIED](other, world.services).type_code == document.type_code


def test_an_altered_object_stops_the_flow(world: World) -> None:
    """A step never works on bytes that do not authenticate."""
    document = world.hand_over(paper()).document
    sealed = document.required(Role.ORIGINAL)
    altered = dataclasses.replace(sealed, digest="0" * 64)
    with pytest.raises(Tampered):
        STEPS[Stage.RECEIVED](dataclasses.replace(document, objects=(altered,)), world.services)


def test_what_exceeds_the_limit_is_not_taken(world: World) -> None:
    """The feeder keeps its copy and is told."""
    with pytest.raises(TooLarge):
        world.hand_over(b"x" * 100_001)
    assert sum(world.ledger.counts().values()) == 0


def test_nothing_that_prints_shows_what_a_document_says(world: World) -> None:
    """House rule 15: bodies, names and numbers are left out of every representation."""
    receipt = world.hand_over(paper("MARTIN Camille"))
    assert "MARTIN" not in repr(receipt)
    assert "279035121518989" not in repr(receipt)
