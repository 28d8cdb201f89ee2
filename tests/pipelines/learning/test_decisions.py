"""What people decided in review is labelled data: found, unsealed on record, split for ever, and never at rest."""

from pathlib import Path

from documents.document import DocumentId
from documents.patient import OID_INS_NIR_TEST, Ins
from pipelines.correcting import correct
from pipelines.learning.decisions import Labelled, decisions, is_frozen
from pipelines.settling import Settlement, settle
from tests.canaries import Canaries
from tests.fakes import INS, paper
from tests.world import World, person

IMAGING = "18748-4"


def decided(world: World, text: str, type_code: str = IMAGING) -> DocumentId:
    """Hand over a paper of no evident type and let a person name it."""
    document_id = world.hand_over(f"INS {INS}\n{text}".encode()).document.id
    world.work()
    settle(world.document(document_id), Settlement(type_code=type_code, by=person("secretary")), world.services)
    world.work()
    return document_id


def both(world: World) -> list[Labelled]:
    """Unseal what is kept for learning, then what is kept for measuring."""
    return [one for frozen in (False, True) for one in decisions(world.services, person("chief"), frozen=frozen)]


def unsealings(world: World, document_id: DocumentId) -> list[tuple[str, str]]:
    """Return who unsealed a document, and what for."""
    return [(str(e.actor), e.detail) for e in world.ledger.events(document_id) if e.action == "unsealed"]


def test_a_type_that_a_person_named_is_learned_with_the_text_it_was_named_for(world: World) -> None:
    """The label is the person's, not the machine's."""
    decided(world, "un cliché")
    (one,) = both(world)
    assert (one.type_code, one.theme) == (IMAGING, "imaging")
    assert "un cliché" in one.text


def test_what_a_person_corrected_is_learned_too(world: World) -> None:
    """What the machine filed wrongly, and was sure of, teaches the most."""
    document_id = world.hand_over(paper("bonjour")).document.id
    world.work()
    correct(
        world.document(document_id), Settlement(type_code=IMAGING, by=person("secretary")), "wrong type", world.services
    )
    world.work()
    assert [one.type_code for one in both(world)] == [IMAGING]


def test_every_unsealing_is_on_record_under_the_person_who_ordered_it(world: World) -> None:
    """Learning is an access like any other."""
    document_id = decided(world, "un cliché")
    both(world)
    assert unsealings(world, document_id) == [("secretary:chief", "learning")]


def test_what_no_person_named_is_not_unsealed(world: World) -> None:
    """Neither what the machine filed by itself, nor what waits, nor what a person settled the patient of."""
    filed = world.hand_over(paper("bonjour")).document.id
    waiting = world.hand_over(f"INS {INS}\nrien".encode()).document.id
    nameless = world.hand_over(b"TYPE 11502-2\nsans nom").document.id
    world.work()
    ins = Ins(number=INS, oid=OID_INS_NIR_TEST)
    settle(world.document(nameless), Settlement(ins=ins, by=person("secretary")), world.services)
    world.work()
    assert both(world) == []
    assert [unsealings(world, one) for one in (filed, waiting, nameless)] == [[], [], []]


def test_what_is_measured_by_is_never_learned_from(world: World) -> None:
    """The two sides share nothing, together they are everything, and tomorrow they are the same."""
    ids = {decided(world, f"papier {number}") for number in range(30)}
    learned = [one.text for one in decisions(world.services, person("chief"), frozen=False)]
    frozen = [one.text for one in decisions(world.services, person("chief"), frozen=True)]
    assert not set(learned) & set(frozen)
    assert len(learned) + len(frozen) == len(ids)
    assert len(frozen) == sum(is_frozen(one, world.services.archive) for one in ids)
    assert [one.text for one in decisions(world.services, person("chief"), frozen=True)] == frozen


def test_about_one_document_in_five_is_frozen(world: World) -> None:
    """By a keyed hash, so that nobody can choose what is measured by."""
    archive = world.services.archive
    frozen = sum(is_frozen(DocumentId(f"{number:032x}"), archive) for number in range(2000))
    assert 320 < frozen < 480


def test_learning_leaves_nothing_readable_behind(world: World, tmp_path: Path) -> None:
    """P13: labelled texts are read into memory; what rests is as sealed as it was."""
    decided(world, "madame Grandchamp-Bouvery")
    assert both(world)
    canaries = Canaries({"name": "Grandchamp-Bouvery", "ins": INS})
    assert canaries.leaks(tmp_path) == []
    assert not [key for key in world.objects.keys() if canaries.found_in(world.objects.get(key))]  # noqa: SIM118
    assert not canaries.found_in(repr(both(world)).encode())
