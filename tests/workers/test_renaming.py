"""What comes under a patient's old number, once another stands for it: filed under the living one, and traced."""

import json

import pytest

from documents.action import Action
from documents.arrival import Declaration
from documents.document import Document
from documents.errors import Erased
from documents.event import Event
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.correcting import merge_patients
from pipelines.identify.serialising import from_json
from pipelines.renaming import GROUND, living
from pipelines.replaying import replay
from pipelines.settling import Settlement, settle
from tests.fakes import INS, paper
from tests.workers.midway import dead, meanwhile
from tests.world import World, person

ANNE = Ins(number=INS, oid=OID_INS_NIR_TEST)
BRUNO = Ins(number="184127645108946", oid=OID_INS_NIR_TEST)
CLEO = Ins(number="279035121510081", oid=OID_INS_NIR_TEST)


def merge(world: World, old: Ins, new: Ins) -> None:
    """Let a number stand for another."""
    merge_patients(old, new, person("identitovigilance"), "doublon", world.services)


def handed_over(world: World, content: bytes) -> Document:
    """Return a document once everything is done for it."""
    document = world.hand_over(content).document
    world.work()
    return world.document(document.id)


def filed_under(world: World, document: Document) -> object:
    """Return the number that the record shows of a document."""
    metadata = world.services.archive.open(document.id, document.required(Role.METADATA))
    return json.loads(metadata)["ins"]["number"]


def forwards(world: World, document: Document) -> list[Event]:
    """Return the events that say that a document was forwarded."""
    return [event for event in world.ledger.events(document.id) if event.action is Action.FORWARDED]


def test_a_later_document_of_the_old_number_goes_to_the_living_one(world: World) -> None:
    """The hospital prints the old number for years: nothing is filed in a record that nobody reads."""
    merge(world, ANNE, BRUNO)
    document = handed_over(world, paper("lettre de plus tard"))
    assert (document.stage, document.patient) == (Stage.STORED, world.services.archive.pseudonym(BRUNO))
    assert filed_under(world, document) == BRUNO.number
    assert len(forwards(world, document)) == 1


@pytest.mark.parametrize("stage", [Stage.IDENTIFIED, Stage.CLASSIFIED])
def test_a_document_that_is_being_filed_when_its_number_changes_goes_to_the_living_one(
    world: World, monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    """P8: its worker has looked under which number it files already; what it writes for the old one is refused."""
    merged = meanwhile(monkeypatch, stage, lambda: merge(world, ANNE, BRUNO))
    document = handed_over(world, paper("lettre"))
    assert merged()
    assert (document.stage, document.patient) == (Stage.STORED, world.services.archive.pseudonym(BRUNO))
    assert filed_under(world, document) == BRUNO.number
    assert len(forwards(world, document)) == 1


@pytest.mark.parametrize("stage", [Stage.IDENTIFIED, Stage.CLASSIFIED])
def test_a_document_that_is_being_forwarded_when_its_number_changes_again_goes_to_the_living_one(
    world: World, monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    """P8: the ledger has it under the first number still."""
    merge(world, ANNE, BRUNO)
    merged = meanwhile(monkeypatch, stage, lambda: merge(world, BRUNO, CLEO))
    document = handed_over(world, paper("lettre"))
    assert merged()
    assert (document.stage, document.patient) == (Stage.STORED, world.services.archive.pseudonym(CLEO))
    assert filed_under(world, document) == CLEO.number


def test_a_document_that_died_of_its_filing_before_its_number_changed_goes_to_the_living_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P8: what it had put by then shows the old number, and stays what it is; another is made at its replay."""
    given = dead(world, monkeypatch, paper("lettre"))
    merge(world, ANNE, BRUNO)
    replay(world.document(given.id), person("exploitant"), world.services)
    world.work()
    document = world.document(given.id)
    assert (document.stage, document.patient) == (Stage.STORED, world.services.archive.pseudonym(BRUNO))
    assert filed_under(world, document) == BRUNO.number


def test_what_was_found_rests_as_it_was_found(world: World) -> None:
    """No byte is rewritten: the evidence still says which number stood on the paper."""
    merge(world, ANNE, BRUNO)
    document = handed_over(world, paper("lettre"))
    identity = from_json(world.services.archive.open(document.id, document.required(Role.IDENTITY)))
    assert identity.ins == ANNE
    assert world.services.archive.open(document.id, document.required(Role.ORIGINAL)) == paper("lettre")


def test_a_number_that_changed_twice_leads_to_the_last_one(world: World) -> None:
    """Anne, Bruno, Cleo: one person."""
    merge(world, ANNE, BRUNO)
    merge(world, BRUNO, CLEO)
    assert living(ANNE, world.services) == living(BRUNO, world.services) == CLEO
    assert handed_over(world, paper("lettre")).patient == world.services.archive.pseudonym(CLEO)


def test_a_merge_into_a_number_that_changed_goes_on_to_the_living_one(world: World) -> None:
    """Whoever merges need not know of the merge before."""
    merge(world, BRUNO, CLEO)
    merge(world, ANNE, BRUNO)
    assert living(ANNE, world.services) == CLEO


def test_a_merge_is_undone_by_the_opposite_one(world: World) -> None:
    """A slip of the identity desk is put right: later papers of the old number are the old patient's again."""
    merge(world, ANNE, BRUNO)
    merge(world, BRUNO, ANNE)
    assert handed_over(world, paper("lettre")).patient == world.services.archive.pseudonym(ANNE)


def test_a_person_who_settles_the_old_number_means_the_living_one(world: World) -> None:
    """The secretary reads the number on the paper."""
    merge(world, ANNE, BRUNO)
    document = handed_over(world, b"TYPE 11502-2")
    assert document.stage is Stage.REVIEW
    settle(document, Settlement(ins=ANNE, by=person("secretary")), world.services)
    world.work()
    after = world.document(document.id)
    assert (after.stage, after.patient) == (Stage.STORED, world.services.archive.pseudonym(BRUNO))


def test_the_old_number_declared_again_says_nothing_new(world: World) -> None:
    """The same bytes under the number that was replaced are about the same person."""
    merge(world, ANNE, BRUNO)
    document = handed_over(world, paper("lettre"))
    world.hand_over(paper("lettre"), Declaration(ins=ANNE))
    actions = [event.action for event in world.ledger.events(document.id)]
    assert Action.DECLARED_OTHERWISE not in actions


def test_an_erased_patient_s_number_is_erased_with_the_record(world: World) -> None:
    """What leads there leads nowhere any more: the number cannot be unsealed, and later papers wait for a person."""
    merge(world, ANNE, BRUNO)
    world.services.archive.destroyer.patient(world.services.archive.pseudonym(BRUNO), "0" * 32)
    with pytest.raises(Erased):
        living(ANNE, world.services)
    document = handed_over(world, paper("lettre"))
    assert (document.stage, document.reason, document.patient) == (Stage.REVIEW, "patient-erased", None)
    world.hand_over(paper("lettre"), Declaration(ins=ANNE))


def test_a_merge_is_on_record_with_a_sealed_ground(world: World) -> None:
    """Who, which pseudonyms, and why for whoever may read it: no number in clear."""
    merge(world, ANNE, BRUNO)
    (entry,) = (entry for entry in world.ledger.entries(0, 100) if entry.action == Action.MERGED)
    archive = world.services.archive
    assert (entry.actor, entry.document) == ("identitovigilance", None)
    assert entry.detail == f"{archive.pseudonym(ANNE)} {archive.pseudonym(BRUNO)}"
    assert entry.sealed_ground is not None
    ground = archive.open_note(GROUND + archive.pseudonym(ANNE).encode(), entry.sealed_ground)
    assert ground.decode() == "doublon"
