"""What was filed under a wrong patient or type: filed anew, traced, and what was before stays beside it."""

import json
from dataclasses import replace

import pytest

from documents.action import Action
from documents.document import Document
from documents.errors import WrongStage
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.correcting import GROUND, correct, merge_patients
from pipelines.settling import Settlement
from storage.ledger.interface import Listing
from tests.fakes import INS, paper
from tests.world import World, person

ANNE = Ins(number=INS, oid=OID_INS_NIR_TEST)
BRUNO = Ins(number="184127645108946", oid=OID_INS_NIR_TEST)


@pytest.fixture
def filed(world: World) -> Document:
    """A letter that was stored in Anne's record."""
    document = world.hand_over(paper("bonjour")).document
    world.work()
    return world.document(document.id)


def metadata(world: World, document: Document, revision: int) -> dict[str, object]:
    """Return what the record shows, as of a revision."""
    sealed = next(o for o in document.objects if (o.role, o.revision) == (Role.METADATA, revision))
    shown: dict[str, object] = json.loads(world.services.archive.open(document.id, sealed))
    return shown


def test_a_document_filed_in_a_wrong_record_moves_to_the_right_one(world: World, filed: Document) -> None:
    """The original is not touched; the record of before stays beside the record of now."""
    correct(filed, Settlement(ins=BRUNO, by=person("dim")), "lettre d'un autre patient", world.services)
    world.work()
    after = world.document(filed.id)
    archive = world.services.archive
    assert (after.stage, after.patient, after.revision) == (Stage.STORED, archive.pseudonym(BRUNO), 2)
    assert after.required(Role.ORIGINAL) == filed.required(Role.ORIGINAL)
    assert (after.type_code, after.confidence) == (filed.type_code, filed.confidence)
    numbers = [metadata(world, after, revision)["ins"] for revision in (1, 2)]
    assert numbers == [{"number": ins.number, "oid": ins.oid} for ins in (ANNE, BRUNO)]


def test_a_correction_says_who_and_why_and_seals_the_why(world: World, filed: Document) -> None:
    """The trail has it from the moment the document leaves the record; the ground opens for this document alone."""
    correct(filed, Settlement(ins=BRUNO, by=person("dim")), "homonyme de Mme MARTIN", world.services)
    event = world.ledger.events(filed.id)[-1]
    assert (event.actor, event.action, event.detail) == (person("dim"), Action.CORRECTED, "patient")
    assert event.sealed_ground is not None
    assert b"MARTIN" not in event.sealed_ground
    ground = world.services.archive.open_note(GROUND + filed.id.encode(), event.sealed_ground)
    assert ground.decode() == "homonyme de Mme MARTIN"


def test_a_corrected_document_stands_in_no_record_until_it_is_filed_anew(world: World, filed: Document) -> None:
    """Nobody looks at a stranger's letter while the steps run."""
    correct(filed, Settlement(ins=BRUNO, by=person("dim")), "erreur", world.services)
    pseudonym = world.services.archive.pseudonym(ANNE)
    assert not world.ledger.list(Listing(patient=pseudonym))


def test_a_type_is_corrected_without_asking_about_the_patient_again(world: World, filed: Document) -> None:
    """What was certain stays certain, whatever an engine of today would say."""
    correct(filed, Settlement(type_code="18748-4", by=person("dim")), "compte rendu d'imagerie", world.services)
    world.work()
    after = world.document(filed.id)
    assert (after.stage, after.patient, after.type_code) == (Stage.STORED, filed.patient, "18748-4")


def test_corrections_follow_each_other_without_forgetting(world: World, filed: Document) -> None:
    """Patient, then type, then patient again: the last word on each counts."""
    corrections = (
        Settlement(ins=BRUNO, by=person("dim")),
        Settlement(type_code="18748-4", by=person("dim")),
        Settlement(ins=ANNE, by=person("dim")),
    )
    for settlement in corrections:
        correct(world.document(filed.id), settlement, "erreur", world.services)
        world.work()
    after = world.document(filed.id)
    assert (after.patient, after.type_code, after.revision) == (filed.patient, "18748-4", 4)


def test_two_letters_filed_as_one_are_cut_apart(world: World) -> None:
    """The stack leaves the record; its pieces are filed each where it belongs."""
    document = world.hand_over(b"\f".join([paper("a"), b"suite", b"INS 184127645108946\nTYPE 11502-2"])).document
    world.work()
    runs = Settlement(runs=((1, 3),), by=person("dim"))
    correct(world.document(document.id), runs, "un seul document", world.services)
    world.work()
    one = world.document(document.id)
    assert one.stage is Stage.STORED
    correct(one, Settlement(runs=((1, 2), (3, 3)), by=person("dim")), "deux patients", world.services)
    world.work()
    split = world.document(document.id)
    assert (split.stage, split.patient) == (Stage.SPLIT, None)
    pseudonyms = [world.services.archive.pseudonym(ins) for ins in (ANNE, BRUNO)]
    assert [piece.patient for piece in world.ledger.children(document.id)] == pseudonyms


def test_a_document_on_its_way_is_not_corrected(world: World) -> None:
    """Nobody changes what a worker holds."""
    document = world.hand_over(paper()).document
    with pytest.raises(WrongStage):
        correct(document, Settlement(ins=BRUNO, by=person("dim")), "erreur", world.services)


def test_a_merge_files_every_document_of_the_old_number_under_the_new(world: World) -> None:
    """Each is traced by itself; other patients are left alone."""
    for number in range(5):
        world.hand_over(paper(f"lettre {number}"))
    other = world.hand_over(paper("autre", ins="279035121510081")).document
    doubtful = world.hand_over(b"INS 279035121518989\nsans type").document
    world.work()
    merged = merge_patients(ANNE, BRUNO, person("identitovigilance"), "doublon", world.services)
    assert (merged.moved, merged.left) == (6, 0)
    world.work()
    archive, ledger = world.services.archive, world.ledger
    assert not ledger.list(Listing(patient=archive.pseudonym(ANNE)))
    moved = ledger.list(Listing(patient=archive.pseudonym(BRUNO)))
    assert [document.stage for document in moved].count(Stage.STORED) == 5
    trails = [[event.action for event in ledger.events(document.id)] for document in moved]
    assert all(actions.count(Action.CORRECTED) == 1 for actions in trails)
    assert world.document(doubtful.id).reason == "type-uncertain"
    assert world.document(other.id).patient not in {archive.pseudonym(ANNE), archive.pseudonym(BRUNO), None}
    again = merge_patients(ANNE, BRUNO, person("identitovigilance"), "doublon", world.services)
    assert (again.moved, again.left) == (0, 0)


def test_a_merge_says_what_it_could_not_move(world: World, filed: Document) -> None:
    """What is still on its way is told; it goes to the new number when it is filed."""
    on_its_way = replace(filed, stage=Stage.READ)
    world.ledger.reopen(filed, on_its_way, world.ledger.events(filed.id)[-1])
    merged = merge_patients(ANNE, BRUNO, person("identitovigilance"), "doublon", world.services)
    assert (merged.moved, merged.left) == (0, 1)
    world.work()
    assert world.document(filed.id).patient == world.services.archive.pseudonym(BRUNO)
