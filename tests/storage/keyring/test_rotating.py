"""Rotation beside workers, killed anywhere: every document opens at every moment, and old keys go when unneeded."""

from contextlib import suppress

import pytest

from documents.document import DocumentId, SealedObject
from documents.errors import Erased, Interrupted, Tampered
from documents.role import Role
from storage.keyring.rotating import UNREADABLE, Rotation
from storage.keys.generations import Generations
from storage.keys.memory import MemoryKeys
from tests.storage.keyring.conftest import LETTER, ONE, OTHER, Stores

#: More than the acts on the keyring that a pass over two documents and a patient takes.
ACTS = 48


@pytest.fixture
def loose(stores: Stores) -> tuple[DocumentId, SealedObject]:
    """Give a document that has no patient yet."""
    document = stores.archive().identify("hopital-sud", LETTER)
    return document, stores.archive().keep(document, Role.ORIGINAL, LETTER)


@pytest.fixture(autouse=True)
def held(stores: Stores, document: DocumentId, original: SealedObject) -> None:
    """Let a patient hold the letter."""
    assert original.size > 0
    stores.archive().entrust(document, ONE)


def opens(stores: Stores, document: DocumentId, original: SealedObject) -> bool:
    """Tell whether a document opens in one more process."""
    return stores.archive().open(document, original) == LETTER


def rotation(stores: Stores) -> Rotation:
    """Return a pass over the keyring."""
    return Rotation(stores.keyring, stores.masters)


@pytest.mark.parametrize("acts", range(0, ACTS, 2))
def test_a_rotation_of_masters_killed_anywhere_is_brought_to_its_end(
    stores: Stores,
    document: DocumentId,
    original: SealedObject,
    loose: tuple[DocumentId, SealedObject],
    acts: int,
) -> None:
    """P1: all opens after the kill; begun again it finds what is done, and then nothing needs the older master."""
    name = stores.masters.rotate()
    stores.stop_keyring_after(acts)
    with suppress(Interrupted):
        rotation(stores).masters()
    stores.stop_keyring_after(None)
    assert opens(stores, document, original)
    assert opens(stores, *loose)
    rotation(stores).masters()
    assert rotation(stores).needed_masters() == {name: 2}
    stores.masters.retire()
    assert opens(stores, document, original)
    assert opens(stores, *loose)


@pytest.mark.parametrize("acts", range(0, ACTS, 2))
def test_a_rotation_of_patients_keys_killed_anywhere_is_brought_to_its_end(
    stores: Stores, document: DocumentId, original: SealedObject, acts: int
) -> None:
    """The older key goes only when no document needs it."""
    before = stores.archive()._keys.patients.newest(ONE).id
    stores.stop_keyring_after(acts)
    with suppress(Interrupted):
        rotation(stores).patients()
        rotation(stores).retire_patients()
    stores.stop_keyring_after(None)
    assert opens(stores, document, original)
    rotation(stores).patients()
    assert not rotation(stores).retire_patients().failed
    assert opens(stores, document, original)
    assert stores.archive()._keys.patients.newest(ONE).id != before
    assert len(list(stores.keyring.keys(f"patients/1f/{ONE}/"))) == 1


def test_a_pass_takes_fewer_acts_than_are_tried(stores: Stores, loose: tuple[DocumentId, SealedObject]) -> None:
    """Otherwise the kills above would leave the last moments untried."""
    assert loose[1].size > 0
    stores.masters.rotate()
    for turn in (rotation(stores).masters, rotation(stores).patients, rotation(stores).retire_patients):
        stores.stop_keyring_after(ACTS)
        turn()


def test_a_patients_older_key_stays_while_a_document_needs_it(
    stores: Stores, document: DocumentId, original: SealedObject
) -> None:
    """It is said which document, and nothing is destroyed."""
    assert stores.archive()._keys.patients.renew(ONE)
    report = rotation(stores).retire_patients()
    assert report.failed == (f"{document[:2]}/{document}/",)
    assert opens(stores, document, original)
    rotation(stores).patients()
    assert rotation(stores).retire_patients().rewrapped == 1
    assert opens(stores, document, original)


def test_a_copy_of_the_keyring_is_noise_once_its_masters_are_retired(
    stores: Stores, document: DocumentId, original: SealedObject
) -> None:
    """The drill of an erasure with an old copy kept aside: with the master it opens, without it nothing does."""
    backup = stores.keyring.contents()
    stores.archive().destroyer.document(document, "ab" * 16)
    stores.archive().destroyer.patient(ONE, "ab" * 16)
    with pytest.raises(Erased):
        stores.archive().open(document, original)
    aside = Stores(objects=stores.objects, masters=stores.masters)
    aside.keyring.put_back(backup)
    assert opens(aside, document, original)
    stores.masters.rotate()
    rotation(stores).masters()
    assert set(rotation(stores).needed_masters()) <= {stores.masters.masters()[-1]}
    stores.masters.retire()
    with pytest.raises(Tampered):
        aside.archive().open(document, original)


def test_what_cannot_be_read_is_reported_and_left(stores: Stores, document: DocumentId) -> None:
    """One damaged key stops neither the pass nor hides in it."""
    name = f"{document[:2]}/{document}/000003"
    stores.keyring.put(name, b"VKEY of another form")
    stores.masters.rotate()
    report = rotation(stores).masters()
    assert report.failed == (f"{document[:2]}/{document}/",)
    assert rotation(stores).needed_masters()[UNREADABLE] == 1
    assert name in list(stores.keyring.keys())


def test_tombstones_are_left_alone(stores: Stores, document: DocumentId, original: SealedObject) -> None:
    """Neither pass brings back what was erased."""
    stores.archive().destroyer.document(document, "ab" * 16)
    stores.archive().destroyer.patient(ONE, "ab" * 16)
    before = stores.keyring.contents()
    stores.masters.rotate()
    rotation(stores).masters()
    rotation(stores).patients()
    rotation(stores).retire_patients()
    assert stores.keyring.contents() == before
    with pytest.raises(Erased):
        stores.archive().open(document, original)


def test_a_worker_with_a_retired_key_in_its_hand_strands_no_document(
    stores: Stores, document: DocumentId, original: SealedObject
) -> None:
    """It wrapped under a patient's key that is gone by the time it looks: the generation before still counts."""
    shelf_of = f"{document[:2]}/{document}/"
    stores.archive().entrust(document, OTHER)
    (held_by_other,) = stores.bodies(document)
    stores.archive().entrust(document, None)
    stores.keyring.put(f"{shelf_of}000099", held_by_other)
    rotation(stores).patients()
    newest = stores.archive()._keys.patients
    newest.renew(OTHER)
    stores.keyring.delete(f"patients/2e/{OTHER}/000001")
    assert opens(stores, document, original)


def test_other_masters_are_never_taken_for_a_rotation(stores: Stores) -> None:
    """A stranger's keys are no older generation of ours."""
    stranger = MemoryKeys(Generations.first())
    report = Rotation(stores.keyring, stranger).masters()
    assert report.rewrapped == 0
    assert report.failed
