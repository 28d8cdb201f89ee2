"""One unique id, one document: whichever way it comes, and however often."""

from documents.actor import Actor
from documents.arrival import Arrival, Declaration
from documents.document import DocumentId
from documents.feeder import Feeder, FeederKind
from documents.stage import Stage
from pipelines.receive import receive
from pipelines.settling import Settlement, settle
from pipelines.uniqueness import REUSED
from tests.fakes import paper
from tests.world import World

MAIL = Feeder(name="mail", kind=FeederKind.HOSPITAL)
CLINIC = Feeder(name="clinic", kind=FeederKind.HOSPITAL)
UNIQUE = Declaration(unique_id="1.2.250.1.999^42")


def hand_over(world: World, feeder: Feeder, content: bytes, said: Declaration = UNIQUE) -> DocumentId:
    """Receive a document, and work until nothing is left to do."""
    document = receive(Arrival(feeder=feeder, content=content, declaration=said), world.services).document.id
    world.work()
    return document


def test_the_same_document_by_another_way_is_in_the_record_once(world: World) -> None:
    """P4: by mail and by file, from two feeders: the second is told that there is nothing to do."""
    first, second = hand_over(world, MAIL, paper("a")), hand_over(world, CLINIC, paper("a"))
    assert world.document(first).stage is Stage.STORED
    assert (world.document(second).stage, world.document(second).reason) == (Stage.REFUSED, "already-received")


def test_another_document_under_the_same_unique_id_goes_to_a_person_who_may_file_it(world: World) -> None:
    """IHE calls it an error; nothing is lost by it, and nothing is replaced in silence."""
    first, second = hand_over(world, MAIL, paper("a")), hand_over(world, MAIL, paper("b"))
    assert world.document(first).stage is Stage.STORED
    assert (world.document(second).stage, world.document(second).reason) == (Stage.REVIEW, REUSED)
    settle(world.document(second), Settlement(type_code="11502-2", by=Actor.operator("secretary")), world.services)
    world.work()
    assert world.document(second).stage is Stage.STORED


def test_documents_without_a_unique_id_or_with_their_own_are_left_alone(world: World) -> None:
    """Papers have none."""
    kept = [
        hand_over(world, MAIL, paper("a"), Declaration()),
        hand_over(world, CLINIC, paper("a"), Declaration()),
        hand_over(world, MAIL, paper("c"), Declaration(unique_id="1.2.3")),
    ]
    assert {world.document(one).stage for one in kept} == {Stage.STORED}


def test_a_refused_document_leaves_its_unique_id_to_the_next(world: World) -> None:
    """A damaged copy must not keep the whole one out."""
    first, second = hand_over(world, MAIL, b"BAD"), hand_over(world, CLINIC, paper("a"))
    assert world.document(first).stage is Stage.REFUSED
    assert world.document(second).stage is Stage.STORED
