"""Destroying keys: every generation goes and a tombstone stays, so that no copy put back beside it counts again."""

import os
from dataclasses import dataclass
from typing import Final

from documents.document import DocumentId, PatientRef
from documents.errors import ObjectsUnavailable
from storage.envelope.derivation import KEY_SIZE
from storage.keyring.athand import AtHand
from storage.keyring.shelf import Generation, Shelf
from storage.keyring.wrapped import Holder, document_context, dressed, patient_context, undressed
from storage.keys.interface import MasterKeys
from storage.objects.interface import Objects

#: How often somebody else may be quicker.
_TRIES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What stands where a key was destroyed: a generation that nobody holds."""

    #: The erasure in which it was: 32 hex characters.
    erasure: str
    #: Its place among the generations: what is below it never counts again.
    number: int


class Destroyer:
    """Destroys the keys of documents and patients. Everything here is safe to do twice, and after a crash half-way."""

    def __init__(self, objects: Objects, masters: MasterKeys, hand: AtHand) -> None:
        """Destroy what rests in this store, and what of it is at this hand."""
        self._objects = objects
        self._masters = masters
        self._hand = hand

    def document(self, document: DocumentId, erasure: str) -> None:
        """Destroy a document's key for good.

        Raises:
            Interrupted: The store failed; do it again.
        """
        shelf = Shelf.of_document(self._objects, document)
        self._hand.forget(shelf.folder)
        self._bury(shelf, erasure)

    def patient(self, patient: PatientRef, erasure: str) -> Tombstone:
        """Destroy all generations of a patient's key; the tombstone that stands there already counts.

        Raises:
            Interrupted: As for `document`.
        """
        shelf = Shelf.of_patient(self._objects, patient)
        self._hand.forget_all(shelf.folder)
        return self._bury(shelf, erasure)

    def patient_again(self, patient: PatientRef, tombstone: Tombstone) -> None:
        """Destroy what came back of a patient's key with an old copy; a key from after the erasure is left alone.

        Raises:
            Interrupted: As for `document`.
        """
        shelf = Shelf.of_patient(self._objects, patient)
        shelf.add(tombstone.number, _body(tombstone.erasure))
        for number in shelf.numbers():
            if number < tombstone.number:
                self._hand.forget_all(shelf.folder)
                self._objects.delete(shelf.name(number))

    def tombstone_of(self, patient: PatientRef) -> Tombstone | None:
        """Return the tombstone that stands for a patient; None where there is a key, or never was one."""
        newest = Shelf.of_patient(self._objects, patient).newest()
        return _tombstone(newest) if newest else None

    def knows(self, patient: PatientRef) -> bool:
        """Tell whether a patient has or had a key."""
        return bool(Shelf.of_patient(self._objects, patient).numbers())

    def is_destroyed(self, document: DocumentId) -> bool:
        """Tell whether a document's key was destroyed on purpose, and no other rests beside the tombstone."""
        shelf = Shelf.of_document(self._objects, document)
        newest = shelf.newest()
        return newest is not None and _tombstone(newest) is not None and shelf.numbers() == [newest.number]

    def reopen(self, patient: PatientRef) -> bool:
        """Give a patient whose key was destroyed a new one, under which nothing of before can be read.

        Returns:
            False where no tombstone stands.

        Raises:
            Interrupted: As for `document`.
        """
        tombstone = self.tombstone_of(patient)
        if tombstone is None:
            return False
        number = tombstone.number + 1
        wrapped = self._masters.wrap(os.urandom(KEY_SIZE), patient_context(patient, number))
        Shelf.of_patient(self._objects, patient).add(number, dressed(Holder.MASTER, wrapped))
        return True

    def renew(self, document: DocumentId) -> bool:
        """Give a document whose key was destroyed a new one, under which nothing of before can be read.

        For what is handed over again after it had done its duty; what was erased for a patient's sake never is.

        Returns:
            False where no tombstone stands.

        Raises:
            Interrupted: As for `document`.
        """
        shelf = Shelf.of_document(self._objects, document)
        newest = shelf.newest()
        tombstone = _tombstone(newest) if newest else None
        if tombstone is None:
            return False
        wrapped = self._masters.wrap(os.urandom(KEY_SIZE), document_context(Holder.MASTER, document))
        shelf.add(tombstone.number + 1, dressed(Holder.MASTER, wrapped))
        return True

    def _bury(self, shelf: Shelf, erasure: str) -> Tombstone:
        """Put a tombstone above all generations, then destroy them: whoever adds one finds the number taken."""
        for _ in range(_TRIES):
            newest = shelf.newest()
            tombstone = _tombstone(newest) if newest else None
            if tombstone is not None:
                shelf.clear_below(tombstone.number)
                return tombstone
            shelf.add(newest.number + 1 if newest else 1, _body(erasure))
        raise ObjectsUnavailable("contended")


def _body(erasure: str) -> bytes:
    return dressed(Holder.NOBODY, bytes.fromhex(erasure))


def _tombstone(generation: Generation) -> Tombstone | None:
    holder, wrapped = undressed(generation.body)
    return Tombstone(erasure=wrapped.hex(), number=generation.number) if holder is Holder.NOBODY else None
