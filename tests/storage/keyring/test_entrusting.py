"""A document's key passes from a master to its patient, and from one patient to another, and no byte of it is lost."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from documents.document import DocumentId, PatientRef, SealedObject
from documents.errors import Interrupted, Missing, Tampered
from documents.role import Role
from storage.keyring.wrapped import Holder
from tests.storage.keyring.conftest import LETTER, ONE, OTHER, Stores

#: More than the acts on the keyring that handing a key over takes, patient's key included.
ACTS = 24


def test_a_patients_key_takes_over_and_no_envelope_is_touched(
    stores: Stores, document: DocumentId, original: SealedObject
) -> None:
    """The next generation is the only one left, and every process opens with it."""
    before = stores.objects.contents()
    assert stores.archive().entrust(document, ONE)
    (body,) = stores.bodies(document)
    assert body[5] == Holder.PATIENT
    assert stores.archive().open(document, original) == LETTER
    assert before == stores.objects.contents()


def test_handing_over_twice_changes_nothing(stores: Stores, document: DocumentId, original: SealedObject) -> None:
    """P15: a step that is run again finds the key where it left it."""
    assert original.revision == 1
    assert stores.archive().entrust(document, ONE)
    rests = stores.bodies(document)
    assert not stores.archive().entrust(document, ONE)
    assert stores.bodies(document) == rests


def test_a_key_goes_from_patient_to_patient_and_back_to_a_master(
    stores: Stores, document: DocumentId, original: SealedObject
) -> None:
    """A correction hands it on; what the former patient's key wrapped is destroyed."""
    holders: tuple[PatientRef | None, ...] = (ONE, OTHER, None, ONE)
    for holder in holders:
        stores.archive().entrust(document, holder)
        assert stores.archive()._keys.holder(document) == holder
        assert len(stores.bodies(document)) == 1
        assert stores.archive().open(document, original) == LETTER


def test_all_documents_of_a_patient_are_held_by_one_key(stores: Stores) -> None:
    """Whoever comes first makes it."""
    for feeder in ("nord", "sud"):
        document = stores.archive().identify(feeder, LETTER)
        stores.archive().keep(document, Role.ORIGINAL, LETTER)
        stores.archive().entrust(document, ONE)
    assert list(stores.keyring.keys("patients/")) == [f"patients/1f/{ONE}/000001"]


def test_a_reader_of_the_keyring_does_not_learn_whose_a_document_is(
    stores: Stores, document: DocumentId, original: SealedObject
) -> None:
    """The pseudonym stands in a document's wrapped key sealed, and otherwise each time."""
    stores.archive().entrust(document, ONE)
    (first,) = stores.bodies(document)
    stores.archive().entrust(document, OTHER)
    stores.archive().entrust(document, ONE)
    (second,) = stores.bodies(document)
    assert original.size > 0
    assert bytes.fromhex(ONE) not in first + second
    assert all(first[at : at + 8] not in second for at in range(6, len(first) - 8))


def test_every_flipped_byte_of_a_wrapped_key_is_tampering(
    stores: Stores, document: DocumentId, original: SealedObject
) -> None:
    """Head, sealed pseudonym, generation and key all count; so do those of the patient's own key."""
    stores.archive().entrust(document, ONE)
    for name in (f"{document[:2]}/{document}/000002", f"patients/1f/{ONE}/000001"):
        body = stores.keyring.get(name)
        for at in range(len(body)):
            stores.keyring.delete(name)
            stores.keyring.put(name, body[:at] + bytes([body[at] ^ 3]) + body[at + 1 :])
            with pytest.raises(Tampered):
                stores.archive().open(document, original)
        stores.keyring.delete(name)
        stores.keyring.put(name, body)
    assert stores.archive().open(document, original) == LETTER


def test_a_wrapped_key_in_another_place_is_tampering(
    stores: Stores, document: DocumentId, original: SealedObject
) -> None:
    """Neither another document's, nor another patient's, nor another generation's is taken for one's own."""
    other = stores.archive().identify("hopital-sud", LETTER)
    stores.archive().keep(other, Role.ORIGINAL, LETTER)
    stores.archive().entrust(document, ONE)
    stores.archive().entrust(other, OTHER)
    moves = (
        (f"{other[:2]}/{other}/000002", f"{document[:2]}/{document}/000003"),
        (f"patients/2e/{OTHER}/000001", f"patients/1f/{ONE}/000001"),
    )
    for source, target in moves:
        stores.keyring.delete(target)
        stores.keyring.put(target, stores.keyring.get(source))
        with pytest.raises(Tampered):
            stores.archive().open(document, original)
        stores.keyring.delete(target)
    stores.keyring.put(f"patients/1f/{ONE}/000002", stores.keyring.get(f"patients/2e/{OTHER}/000001"))
    with pytest.raises(Tampered):
        stores.archive().entrust(document, ONE)


@pytest.mark.parametrize("acts", range(ACTS))
def test_a_worker_killed_anywhere_while_handing_over_loses_nothing(
    stores: Stores, document: DocumentId, original: SealedObject, acts: int
) -> None:
    """P1: the letter opens at every moment, and the next worker brings the handing over to its end."""
    worker = stores.archive()
    stores.stop_keyring_after(acts)
    with suppress(Interrupted):
        worker.entrust(document, ONE)
    stores.stop_keyring_after(None)
    assert stores.archive().open(document, original) == LETTER
    stores.archive().entrust(document, ONE)
    assert stores.archive()._keys.holder(document) == ONE
    assert len(stores.bodies(document)) == 1


def test_handing_over_takes_fewer_acts_than_are_tried(
    stores: Stores, document: DocumentId, original: SealedObject
) -> None:
    """Otherwise the kills above would leave the last moments untried."""
    stores.stop_keyring_after(ACTS - 1)
    assert stores.archive().entrust(document, ONE)
    stores.stop_keyring_after(0)
    with pytest.raises(Interrupted):
        stores.archive().entrust(document, ONE)
    assert original.size > 0


def test_workers_that_race_agree(stores: Stores, document: DocumentId, original: SealedObject) -> None:
    """Sixteen at once, for two patients: one generation is left, it opens, and one of the two holds it."""
    wishes = [ONE, OTHER] * 8
    with ThreadPoolExecutor(16) as pool:
        outcomes = [pool.submit(stores.archive().entrust, document, wish) for wish in wishes]
        failures = [outcome.exception() for outcome in outcomes if outcome.exception()]
    assert all(isinstance(failure, Interrupted | Missing) for failure in failures)
    stores.archive().entrust(document, ONE)
    assert stores.archive()._keys.holder(document) == ONE
    assert len(stores.bodies(document)) == 1
    assert stores.archive().open(document, original) == LETTER


def test_a_document_without_a_key_is_entrusted_to_nobody(stores: Stores, document: DocumentId) -> None:
    """Handing over never makes a document's key."""
    with pytest.raises(Missing):
        stores.archive().entrust(document, ONE)
    assert list(stores.keyring.keys()) == []
