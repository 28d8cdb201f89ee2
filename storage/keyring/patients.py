"""Patients' keys: one for each patient, wrapped by a master; it wraps the keys of that patient's documents."""

import os
from dataclasses import dataclass, field
from typing import Final

from documents.document import PatientRef
from documents.errors import Erased, Missing, ObjectsUnavailable, Tampered
from storage.envelope.derivation import KEY_SIZE
from storage.keyring.athand import AtHand
from storage.keyring.seen import Seen
from storage.keyring.shelf import Generation, Shelf
from storage.keyring.wrapped import Holder, dressed, key_id, patient_context, undressed
from storage.keys.interface import MasterKeys
from storage.objects.interface import Objects

#: How often somebody else may be quicker, or a key be laid down where its store does not list it.
_TRIES: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientKey:
    """A patient's key, unwrapped."""

    patient: PatientRef
    #: By which it is told from the patient's other ones: 8 bytes.
    id: bytes
    key: bytes = field(repr=False)


class PatientKeys:
    """Makes, finds and unwraps patients' keys.

    They rest as ``patients/<ref[:2]>/<ref>/<generation>``. The newest one wraps; older ones go on unwrapping until
    nothing needs them. A key that is wrapped anew by another master is one more generation, and the same key. Safe to
    use from many threads when its store is.
    """

    def __init__(self, objects: Objects, masters: MasterKeys, hand: AtHand) -> None:
        """Keep wrapped keys in this store, under these masters, and unwrapped ones at this hand for a while."""
        self._objects = objects
        self._masters = masters
        self._hand = hand
        self._seen: Seen[bytes] = Seen()

    def newest(self, patient: PatientRef) -> PatientKey:
        """Return a patient's key as it rests now, made when there is none; of many who try, all get the first one's.

        Raises:
            Erased: The patient's record was erased: nobody makes a key there in passing.
            Tampered: What rests was altered, or belongs to another patient or generation.
            Interrupted: Store or keys failed.
        """
        shelf = Shelf.of_patient(self._objects, patient)
        added = False
        for number in range(1, _TRIES + 1):
            numbers = shelf.numbers()
            if added and not numbers:
                # What a store hides never wrapped anything: at the next try another is put beside it, see `Keyring`.
                break
            known = self._recalled(shelf, patient, numbers[-1]) if numbers else None
            if known is not None:
                return known
            newest = shelf.newest_of(numbers)
            if newest is not None:
                return self._unwrapped(shelf, patient, newest)
            added = shelf.add(number, self._fresh(patient, number))
        raise ObjectsUnavailable("contended")

    def _recalled(self, shelf: Shelf, patient: PatientRef, number: int) -> PatientKey | None:
        """Return the key of a generation that was unwrapped a moment ago; generations never change."""
        identity = self._seen.told(shelf.name(number))
        key = None if identity is None else self._hand.recall(shelf.folder + identity.hex())
        return None if identity is None or key is None else PatientKey(patient=patient, id=identity, key=key)

    def key(self, patient: PatientRef, identity: bytes) -> bytes | None:
        """Return one of a patient's keys; None when it was retired and another took its place.

        Raises:
            Erased: The patient's record was erased.
            Missing: There is none at all.
            Tampered: As for `newest`.
            Interrupted: As for `newest`.
        """
        shelf = Shelf.of_patient(self._objects, patient)
        key = self._hand.recall(shelf.folder + identity.hex())
        if key is not None:
            return key
        numbers = shelf.numbers()
        while numbers:
            try:
                found = (self._unwrapped(shelf, patient, shelf.read(number)) for number in reversed(numbers))
                return next((one.key for one in found if one.id == identity), None)
            except Missing:
                numbers = shelf.changed(numbers)
        raise Missing(f"key {shelf.folder}")

    def renew(self, patient: PatientRef) -> bool:
        """Give a patient another key, which wraps from now on; one whose older key is in use still keeps the newer.

        Returns:
            Whether there is another one now.

        Raises:
            Interrupted: Store or keys failed.
        """
        shelf = Shelf.of_patient(self._objects, patient)
        numbers = shelf.numbers()
        live = [number for number in numbers if undressed(shelf.read(number).body)[0] is not Holder.NOBODY]
        if len(live) != 1 or live != numbers[-1:]:
            return False
        return shelf.add(live[0] + 1, self._fresh(patient, live[0] + 1))

    def _fresh(self, patient: PatientRef, generation: int) -> bytes:
        """Return a new key, wrapped."""
        return dressed(Holder.MASTER, self._masters.wrap(os.urandom(KEY_SIZE), patient_context(patient, generation)))

    def _unwrapped(self, shelf: Shelf, patient: PatientRef, generation: Generation) -> PatientKey:
        try:
            key = self._masters.unwrap(_live(generation), patient_context(patient, generation.number))
        except Tampered as error:
            raise Tampered(f"key {shelf.name(generation.number)}") from error
        found = PatientKey(patient=patient, id=key_id(key), key=key)
        self._hand.keep(shelf.folder + found.id.hex(), key)
        self._seen.note(shelf.name(generation.number), found.id)
        return found


def _live(generation: Generation) -> bytes:
    """Return what a master wrapped, if it was not destroyed since."""
    holder, wrapped = undressed(generation.body)
    if holder is Holder.NOBODY:
        raise Erased(wrapped.hex())
    if holder is not Holder.MASTER:
        raise Tampered
    return wrapped
