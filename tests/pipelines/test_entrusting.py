"""Whose key holds a document at each point of its way: a master's until its patient is proven, then that patient's."""

from documents.arrival import Declaration
from documents.document import Document, DocumentId
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.correcting import correct, merge_patients
from pipelines.settling import Settlement, settle
from tests.fakes import INS, paper
from tests.world import World, person

OTHER = Ins(number="255069999999934", oid=OID_INS_NIR_TEST)
THEIRS = Ins(number=INS, oid=OID_INS_NIR_TEST)


def holder(world: World, document: DocumentId) -> str | None:
    """Return whose key holds a document, as one more process finds it."""
    return world.services.archive._keys.holder(document)


def filed(world: World, content: bytes) -> Document:
    """Return a document after all that could be done for it was done."""
    receipt = world.hand_over(content)
    world.work()
    return world.document(receipt.document.id)


def test_a_stored_document_is_held_by_its_patients_key(world: World) -> None:
    """All that hangs on its key with it: original, pages, previews, metadata."""
    document = filed(world, paper("Toux"))
    assert document.stage is Stage.STORED
    assert holder(world, document.id) == document.patient
    assert world.services.archive.open(document.id, document.required(Role.ORIGINAL)) == paper("Toux")


def test_until_its_patient_is_proven_a_master_holds_it(world: World) -> None:
    """What is in review for its patient is nobody's."""
    document = filed(world, b"TYPE 11502-2")
    assert document.stage is Stage.REVIEW
    assert holder(world, document.id) is None


def test_a_settled_patient_holds_it(world: World) -> None:
    """What a person decides counts like what the pipeline proves."""
    document = filed(world, b"TYPE 11502-2")
    settle(document, Settlement(ins=OTHER, by=person("secretary")), world.services)
    world.work()
    assert holder(world, document.id) == world.services.archive.pseudonym(OTHER)


def test_what_waits_for_its_type_is_held_by_its_patient(world: World) -> None:
    """The patient is proven, whatever the type."""
    document = filed(world, f"INS {INS}".encode())
    assert (document.stage, document.reason) == (Stage.REVIEW, "type-uncertain")
    assert holder(world, document.id) == document.patient


def test_a_correction_hands_it_on_and_rewrites_nothing(world: World) -> None:
    """On its way it is nobody's: erasing the wrong patient meanwhile cannot take it along."""
    document = filed(world, paper("Toux"))
    correct(document, Settlement(ins=OTHER, by=person("secretary")), "mauvais patient", world.services)
    assert holder(world, document.id) is None
    before = {name: world.objects.get(name) for name in world.objects.keys("documents/")}
    world.work()
    assert holder(world, document.id) == world.services.archive.pseudonym(OTHER)
    assert before.items() <= {name: world.objects.get(name) for name in world.objects.keys("documents/")}.items()


def test_a_corrected_type_leaves_it_where_it_is(world: World) -> None:
    """Nothing passes through a master that need not."""
    document = filed(world, paper("Toux"))
    rests = list(world.keyring.keys())
    correct(document, Settlement(type_code="11488-4", by=person("secretary")), "type", world.services)
    world.work()
    assert list(world.keyring.keys()) == rests


def test_merged_documents_pass_to_the_new_number(world: World) -> None:
    """Each by itself, as a correction does."""
    document = filed(world, paper("Toux"))
    merge_patients(THEIRS, OTHER, person("secretary"), "numéro définitif", world.services)
    world.work()
    assert holder(world, document.id) == world.services.archive.pseudonym(OTHER)


def test_a_document_that_turns_out_to_be_a_stack_is_nobodys(world: World) -> None:
    """Its pieces are each their patient's."""
    document = filed(world, paper("Toux", pages=2))
    correct(document, Settlement(runs=((1, 1), (2, 2)), by=person("secretary")), "deux lettres", world.services)
    world.work()
    assert world.document(document.id).stage is Stage.SPLIT
    assert holder(world, document.id) is None
    first, _ = world.ledger.children(document.id)
    assert holder(world, first.id) == world.services.archive.pseudonym(THEIRS)


def test_a_feeder_that_names_another_patient_takes_it_out_of_the_first_ones_hands(world: World) -> None:
    """While it waits for its type the feeder thinks better of whose it is."""
    content = b"letter without a type"
    first = world.hand_over(content, Declaration(ins=THEIRS))
    world.work()
    assert holder(world, first.document.id) == world.services.archive.pseudonym(THEIRS)
    world.hand_over(content, Declaration(ins=OTHER))
    assert holder(world, first.document.id) is None
    world.work()
    assert holder(world, first.document.id) == world.services.archive.pseudonym(OTHER)
