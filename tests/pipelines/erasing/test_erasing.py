"""What is erased can be read by nobody, nowhere, and does not come back; what is not theirs stays."""

from contextlib import suppress
from dataclasses import replace

import pytest

from documents.action import Action
from documents.document import Document
from documents.errors import Erased, Interrupted, UnknownPatient
from documents.role import Role
from documents.stage import Stage
from documents.work import Work
from pipelines.correcting import merge_patients
from pipelines.erasing.certificate import certificate, is_authentic
from pipelines.erasing.erasing import GROUND, erase
from pipelines.erasing.holding import reopen
from pipelines.learning.decisions import decisions
from pipelines.settling import Settlement, settle
from pipelines.split.joining import join
from storage.archive import Archive
from tests.fakes import paper
from tests.pipelines.erasing.conftest import ANNE, BRUNO, filed, request, stores
from tests.stoppable import StoppableObjects
from tests.workers.midway import dead, meanwhile
from tests.world import World, person

#: More than the acts on ledger and stores that an erasure of one document takes.
ACTS = 40


def unreadable(world: World, document: Document) -> None:
    """Make sure that nothing of a document can be opened, as one more process tries."""
    for sealed in document.objects:
        with pytest.raises(Erased):
            world.services.archive.open(document.id, sealed)


def test_nothing_of_an_erased_patient_can_be_opened_and_others_stay(world: World) -> None:
    """Original, declaration, pages, previews, searchable PDF, identity, metadata: every envelope is noise."""
    theirs, also = filed(world, paper("un")), filed(world, paper("deux", pages=3))
    others = filed(world, paper("trois", ins=BRUNO.number))
    erase(request(world), world.services)
    for document in (theirs, also):
        assert {Role.ORIGINAL, Role.PAGES, Role.PREVIEW, Role.METADATA} <= {one.role for one in document.objects}
        unreadable(world, document)
    assert world.services.archive.open(others.id, others.required(Role.ORIGINAL)) == paper("trois", ins=BRUNO.number)


def test_the_ledger_forgets_whose_and_what_an_erased_document_was(world: World) -> None:
    """Ids, sizes and times remain; patient, type and theme do not."""
    document = filed(world, paper("un"))
    erase(request(world), world.services)
    after = world.document(document.id)
    assert (after.stage, after.reason) == (Stage.ERASED, "erased")
    assert (after.patient, after.type_code, after.theme, after.confidence) == (None, None, None, None)
    assert after.objects == document.objects


def test_who_and_why_are_written_before_anything_goes(world: World) -> None:
    """And each document's own end is in its trail."""
    document = filed(world, paper("un"))
    rounds = erase(request(world), world.services)
    erasure = rounds[0].tombstone.erasure
    entries = list(world.ledger.entries(0, 1000))
    asked, done = (
        next(at for at, entry in enumerate(entries) if entry.action == action)
        for action in (Action.ERASING, Action.ERASED)
    )
    assert asked < done
    ground = entries[asked].sealed_ground
    assert ground is not None
    assert world.services.archive.open_note(GROUND + erasure.encode(), ground) == b"Mme Canari le demande"
    assert (world.ledger.events(document.id)[-1].action, world.ledger.events(document.id)[-1].detail) == (
        Action.ERASED,
        erasure,
    )


def test_the_certificate_lists_what_went_and_cannot_be_altered(world: World) -> None:
    """Ids, sizes and digests of the ciphertexts, and not a word of health data."""
    document = filed(world, paper("un"))
    fields = dict(certificate(erase(request(world), world.services), world.services.archive))
    assert [one["id"] for one in fields["documents"]] == [document.id]
    assert [one["sha256"] for one in fields["documents"][0]["objects"]] == [one.digest for one in document.objects]
    assert fields["totals"]["objects"] == len(document.objects)
    assert is_authentic(fields, world.services.archive)
    assert not is_authentic(fields | {"ended_at": "2020-01-01"}, world.services.archive)
    assert not {"11502-2", ANNE.number} & set(str(fields).replace("'", " ").split())


def test_asked_again_it_gives_the_same_certificate(world: World) -> None:
    """P15: nothing more goes, and nothing is listed twice."""
    filed(world, paper("un"))
    first, second = (
        certificate(erase(request(world), world.services), world.services.archive)["documents"] for _ in range(2)
    )
    assert first == second


def test_a_patient_who_was_never_here_is_not_erased(world: World) -> None:
    """A mistyped number must not close a record that may begin tomorrow."""
    with pytest.raises(UnknownPatient):
        erase(request(world), world.services)
    assert list(world.keyring.keys()) == []


def test_a_copy_of_the_bucket_is_noise(world: World) -> None:
    """Backups of the envelopes included: they hang on keys that are nowhere."""
    document = filed(world, paper("un"))
    objects, keyring = stores(world)
    backup = StoppableObjects()
    backup.put_back(objects.contents())
    erase(request(world), world.services)
    archive = Archive(objects=backup, keyring=keyring, masters=world.masters)
    with pytest.raises(Erased):
        archive.open(document.id, document.required(Role.ORIGINAL))


def test_without_the_patients_key_an_old_wrapped_document_key_is_noise(world: World) -> None:
    """Put back beside the tombstones or alone: what a patient's key wrapped needs that key."""
    document = filed(world, paper("un"))
    _, keyring = stores(world)
    backup = keyring.contents()
    erase(request(world), world.services)
    for name in list(keyring.keys(f"{document.id[:2]}/{document.id}/")):
        keyring.delete(name)
    keyring.put_back({name: body for name, body in backup.items() if document.id in name})
    unreadable(world, document)


def test_an_old_copy_put_beside_the_tombstones_resurrects_nothing(world: World) -> None:
    """Patient's key and document's key come back, and neither counts."""
    document = filed(world, paper("un"))
    _, keyring = stores(world)
    backup = keyring.contents()
    erase(request(world), world.services)
    keyring.put_back(backup)
    unreadable(world, document)


def test_the_same_paper_again_is_turned_away_and_its_feeder_told(world: World) -> None:
    """Nothing of it is kept, not even what it was called; the ledger knows that it came."""
    document = filed(world, paper("un"))
    erase(request(world), world.services)
    before = list(world.objects.keys())
    receipt = world.hand_over(paper("un"))
    world.work()
    assert (receipt.new, receipt.document.stage) == (False, Stage.ERASED)
    assert list(world.objects.keys()) == before
    assert world.ledger.events(document.id)[-1].detail == Erased.code


def test_another_paper_of_an_erased_patient_waits_for_a_person(world: World) -> None:
    """In nobody's record and under a master's key, until somebody takes the patient in again, on record."""
    filed(world, paper("un"))
    erase(request(world), world.services)
    late = filed(world, paper("deux"))
    assert (late.stage, late.reason, late.patient) == (Stage.REVIEW, "patient-erased", None)
    settle(late, Settlement(ins=ANNE, by=person("secretary")), world.services)
    world.work()
    assert world.document(late.id).reason == "patient-erased"
    assert reopen(world.services.archive.pseudonym(ANNE), person("dpo"), "nouvelle prise en charge", world.services)
    settle(world.document(late.id), Settlement(ins=ANNE, by=person("secretary")), world.services)
    world.work()
    assert world.document(late.id).stage is Stage.STORED


def test_a_record_begun_anew_opens_nothing_of_the_old_one(world: World) -> None:
    """What was erased hangs on the key that was destroyed, and can be erased again by itself."""
    document = filed(world, paper("un"))
    first = erase(request(world), world.services)
    reopen(world.services.archive.pseudonym(ANNE), person("dpo"), "retour", world.services)
    late = filed(world, paper("deux"))
    assert late.stage is Stage.STORED
    unreadable(world, document)
    second = erase(request(world), world.services)
    unreadable(world, late)
    assert first[0].tombstone.erasure != second[0].tombstone.erasure
    assert [gone.document for one in second for gone in one.documents] == [late.id]


def test_documents_on_their_way_go_too_and_whoever_works_on_them_comes_too_late(world: World) -> None:
    """A worker holds one in the middle: its result is dropped, and the work is gone."""
    receipt = world.hand_over(paper("un"))
    worker = world.performer()
    identified = []

    def stop_at_type(page: int) -> None:
        identified.append(page)

    world.before_page = stop_at_type
    world.advance(receipt.document.id)
    assert identified
    document = world.document(receipt.document.id)
    erase(request(world), world.services)
    assert not worker.perform(Work(document=document.id))
    assert world.document(document.id).stage is Stage.ERASED
    unreadable(world, document)


@pytest.mark.parametrize("stage", [Stage.READ, Stage.IDENTIFIED, Stage.CLASSIFIED])
def test_a_document_that_is_being_filed_as_its_patient_is_erased_is_filed_nowhere(
    world: World, monkeypatch: pytest.MonkeyPatch, stage: Stage
) -> None:
    """Its worker has looked already: what it goes on to write is refused, and nothing of it can be opened."""
    filed(world, paper("un"))
    given = world.hand_over(paper("deux")).document
    erased = meanwhile(monkeypatch, stage, lambda: erase(request(world), world.services))
    world.work()
    document = world.document(given.id)
    assert erased()
    assert document.patient is None
    if stage is Stage.READ:
        # The ledger did not know yet whose it was.
        assert (document.stage, document.reason) == (Stage.REVIEW, "patient-erased")
    else:
        assert document.stage is Stage.ERASED
        unreadable(world, replace(document, objects=given.objects))


def test_what_died_under_a_number_that_was_replaced_goes_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the same person's, whichever number the ledger has it under; what is forwarded at that moment goes too."""
    died = dead(world, monkeypatch, paper("un"))
    merge_patients(ANNE, BRUNO, person("identitovigilance"), "doublon", world.services)
    erased = meanwhile(monkeypatch, Stage.CLASSIFIED, lambda: erase(request(world, BRUNO), world.services))
    forwarded = filed(world, paper("deux"))
    assert erased()
    for document in (world.document(died.id), forwarded):
        assert document.stage is Stage.ERASED
        unreadable(world, document)


def test_what_waits_for_its_type_in_review_goes_too(world: World) -> None:
    """Its patient is proven: it is theirs."""
    document = filed(world, f"INS {ANNE.number}".encode())
    assert document.stage is Stage.REVIEW
    erase(request(world), world.services)
    unreadable(world, document)


def test_a_stack_goes_with_any_of_its_patients_and_the_others_keep_their_pieces(world: World) -> None:
    """P4: the file as received holds everybody's pages; each piece is an original of its own."""
    content = b"\f".join([paper("un"), b"SEPARATOR", paper("deux", ins=BRUNO.number)])
    stack = filed(world, content)
    first, second = world.ledger.children(stack.id)
    rounds = erase(request(world), world.services)
    assert {gone.document for one in rounds for gone in one.documents} == {stack.id, first.id}
    unreadable(world, stack)
    unreadable(world, first)
    assert world.document(second.id).stage is Stage.STORED
    opened = world.services.archive.open(second.id, second.required(Role.ORIGINAL))
    assert opened == paper("deux", ins=BRUNO.number)


def test_what_was_withdrawn_from_a_stack_goes_with_the_document_that_it_became(world: World) -> None:
    """P33: pieces that were cut and joined again hold the same pages."""
    stack = filed(world, b"\f".join([b"TYPE 11502-2", b"SEPARATOR", b"page two"]))
    pieces = world.ledger.children(stack.id)
    join(world.document(stack.id), person("secretary"), world.services)
    world.work()
    settle(world.document(stack.id), Settlement(ins=ANNE, by=person("secretary")), world.services)
    world.work()
    assert world.document(stack.id).stage is Stage.STORED
    rounds = erase(request(world), world.services)
    assert {gone.document for one in rounds for gone in one.documents} == {stack.id, *(piece.id for piece in pieces)}
    for piece in pieces:
        unreadable(world, piece)


@pytest.mark.parametrize("acts", range(0, ACTS, 2))
def test_an_erasure_killed_anywhere_is_brought_to_its_end(world: World, acts: int) -> None:
    """P1: whatever was reached, asking again finishes, and the certificate lists everything once."""
    document, other = filed(world, paper("un")), filed(world, paper("deux", ins=BRUNO.number))
    objects, _ = stores(world)
    objects.life.acts = acts
    with suppress(Interrupted):
        erase(request(world), world.services)
    objects.life.acts = None
    fields = certificate(erase(request(world), world.services), world.services.archive)
    assert [one["id"] for one in fields["documents"]] == [document.id]
    unreadable(world, document)
    assert world.document(document.id).stage is Stage.ERASED
    assert world.services.archive.open(other.id, other.required(Role.ORIGINAL))


def test_an_erasure_takes_fewer_acts_than_are_tried(world: World) -> None:
    """Otherwise the kills above would leave the last moments untried."""
    filed(world, paper("un"))
    objects, _ = stores(world)
    objects.life.acts = ACTS
    erase(request(world), world.services)
    assert objects.life.acts < ACTS // 2


def test_examples_for_learning_go_with_their_documents(world: World) -> None:
    """The certificate names the models that rested then: they may have learned from one that went."""
    document = filed(world, b"INS " + ANNE.number.encode())
    settle(document, Settlement(type_code="11502-2", by=person("secretary")), world.services)
    world.work()
    before = [list(decisions(world.services, person("dim"), frozen=frozen)) for frozen in (True, False)]
    assert sum(map(len, before)) == 1
    erase(request(world), world.services)
    after = [list(decisions(world.services, person("dim"), frozen=frozen)) for frozen in (True, False)]
    assert after == [[], []]
