"""What a feeder declares when it sends the same bytes again is honoured or put on record, never dropped."""

from dataclasses import replace

import pytest

from documents.arrival import Declaration
from documents.document import Document
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.declaring import declaration_of
from pipelines.replaying import replay
from tests.fakes import INS, paper
from tests.world import World, person

ANNE = Ins(number=INS, oid=OID_INS_NIR_TEST)
BRUNO = Ins(number="184127645108946", oid=OID_INS_NIR_TEST)
NOBODYS = b"TYPE 11502-2"


def trail(world: World, content: bytes) -> list[tuple[str, str | None]]:
    """Return what was declared again of a document, as its trail tells it."""
    identity = world.services.archive.identify("hospital", content)
    events = world.ledger.events(identity)
    return [(event.action, event.detail) for event in events if event.action.startswith("declared")]


def test_a_manifest_that_comes_late_ends_a_doubt(world: World) -> None:
    """The second time with its manifest, a document leaves review for the record."""
    document = world.hand_over(NOBODYS, Declaration(file_name="a.txt")).document
    world.work()
    receipt = world.hand_over(NOBODYS, Declaration(ins=ANNE))
    assert (receipt.new, receipt.document.stage) == (False, Stage.READ)
    world.work()
    after = world.document(document.id)
    assert (after.stage, after.patient) == (Stage.STORED, world.services.archive.pseudonym(ANNE))
    assert declaration_of(after, world.services) == Declaration(file_name="a.txt", ins=ANNE)
    assert trail(world, NOBODYS) == [("declared-again", "patient")]


@pytest.mark.parametrize("steps", range(4))
def test_a_manifest_that_comes_while_the_steps_run_is_honoured_too(world: World, steps: int) -> None:
    """Wherever the document stands when it comes, and whoever holds it."""
    document = world.hand_over(NOBODYS).document
    for _ in range(steps):
        world.advance(document.id)
    world.hand_over(NOBODYS, Declaration(ins=ANNE))
    world.clock.turn(301)
    world.work()
    assert world.document(document.id).stage is Stage.STORED


def but_for_receipts(document: Document) -> Document:
    """Return a document without what is sealed of each time that it came."""
    return replace(document, objects=tuple(o for o in document.objects if o.role is not Role.RECEIPT))


def test_the_same_declaration_again_changes_nothing(world: World) -> None:
    """A file that arrives twice costs one line of arrivals; one without a word takes nothing back."""
    document = world.hand_over(b"nobody", Declaration(type_code="11502-2")).document
    world.work()
    before = world.document(document.id)
    world.hand_over(b"nobody", Declaration(type_code="11502-2"))
    world.hand_over(b"nobody")
    assert but_for_receipts(world.document(document.id)) == but_for_receipts(before)
    assert not trail(world, b"nobody")


def test_what_contradicts_a_filed_document_leaves_it_filed_and_is_put_on_record(world: World) -> None:
    """A late manifest moves nothing from a record to another: a person does."""
    document = world.hand_over(paper()).document
    world.work()
    filed = world.document(document.id)
    world.hand_over(paper(), Declaration(ins=BRUNO, type_code="18748-4"))
    world.hand_over(paper(), Declaration(ins=ANNE, type_code="11502-2"))
    assert but_for_receipts(world.document(document.id)) == but_for_receipts(filed)
    assert len([o for o in filed.objects if o.role is Role.DECLARATION]) == 1
    assert trail(world, paper()) == [("declared-otherwise", "patient,type")]


def test_a_manifest_that_comes_for_a_dead_document_is_honoured_at_its_replay(world: World) -> None:
    """What is dead is not woken by a feeder; nothing said of it is lost."""
    document = world.hand_over(NOBODYS).document
    dead = replace(document, stage=Stage.DEAD, died_in=Stage.RECEIVED, reason="reader-failed")
    world.ledger.reopen(document, dead, world.ledger.events(document.id)[-1])
    world.hand_over(NOBODYS, Declaration(ins=ANNE))
    assert world.document(document.id).stage is Stage.DEAD
    replay(world.document(document.id), person("op"), world.services)
    world.work()
    assert world.document(document.id).stage is Stage.STORED
