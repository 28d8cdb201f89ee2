"""A document that replaces another: the record shows the newer one, the former stays reachable, nobody is harmed."""

from documents.actor import Actor
from documents.arrival import Arrival, Declaration
from documents.document import Document
from documents.feeder import Feeder, FeederKind
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.stage import Stage
from pipelines.correcting import correct, merge_patients
from pipelines.receive import receive
from pipelines.settling import Settlement
from pipelines.superseding import editions
from storage.ledger.interface import Listing
from tests.fakes import INS, paper
from tests.world import HOSPITAL, World

CLINIC = Feeder(name="clinic", kind=FeederKind.HOSPITAL)
BRUNO = Ins(number="184127645108946", oid=OID_INS_NIR_TEST)
CLERK = Actor.operator("dim")


def hand_over(world: World, content: bytes, unique_id: str, *replaced: str, feeder: Feeder = HOSPITAL) -> Document:
    """Receive a document that its producer names, and work until nothing is left to do."""
    said = Declaration(unique_id=unique_id, replaces=replaced)
    document = receive(Arrival(feeder=feeder, content=content, declaration=said), world.services).document
    world.work()
    return world.document(document.id)


def shown(world: World, ins: Ins) -> list[Document]:
    """Return what a patient's record shows."""
    patient = world.services.archive.pseudonym(ins)
    return list(world.ledger.list(Listing(patient=patient, stage=Stage.STORED, current=True)))


def test_a_replacement_is_shown_and_the_former_is_its_history(world: World) -> None:
    """P6, RPLC: whoever reads sees the corrected report alone, and finds the one that was wrong behind it."""
    first = hand_over(world, paper("a"), "1.2^1")
    second = hand_over(world, paper("b"), "1.2^2", "1.2^1")
    third = hand_over(world, paper("c"), "1.2^3", "1.2^unheard-of", "1.2^2")
    assert shown(world, Ins(number=INS, oid=OID_INS_NIR_TEST)) == [third]
    for edition in (first, second, third):
        known = world.document(edition.id)
        assert [one.id for one in editions(known, world.services)] == [third.id, second.id, first.id]


def test_nobody_replaces_a_document_of_another_feeder_or_patient(world: World) -> None:
    """P9: a name is easily said; only a producer's own document of the same patient gives way."""
    first = hand_over(world, paper("a"), "1.2^1")
    hand_over(world, paper("b"), "1.2^2", "1.2^1", feeder=CLINIC)
    hand_over(world, paper("c", ins=BRUNO.number), "1.2^3", "1.2^1")
    assert world.document(first.id).superseded_by is None


def test_a_replacement_that_goes_to_another_patient_gives_the_former_back(world: World) -> None:
    """P9: a correction made for the wrong patient is corrected; each record shows its own."""
    first = hand_over(world, paper("a"), "1.2^1")
    second = hand_over(world, paper("b"), "1.2^2", "1.2^1")
    correct(second, Settlement(ins=BRUNO, by=CLERK), "wrong patient", world.services)
    assert [one.id for one in shown(world, Ins(number=INS, oid=OID_INS_NIR_TEST))] == [first.id]
    world.work()
    assert [one.id for one in shown(world, Ins(number=INS, oid=OID_INS_NIR_TEST))] == [first.id]
    assert [one.id for one in shown(world, BRUNO)] == [second.id]


def test_editions_move_together_to_a_new_number(world: World) -> None:
    """A patient's number changes: the record under the new one shows what the old one showed, and its history."""
    old = Ins(number=INS, oid=OID_INS_NIR_TEST)
    first = hand_over(world, paper("a"), "1.2^1")
    second = hand_over(world, paper("b"), "1.2^2", "1.2^1")
    merge_patients(old, BRUNO, CLERK, "new number", world.services)
    world.work()
    assert [one.id for one in shown(world, BRUNO)] == [second.id]
    assert [one.id for one in editions(world.document(second.id), world.services)] == [second.id, first.id]
