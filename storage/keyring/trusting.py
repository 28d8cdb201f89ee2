"""Trusting: how a document's key is wrapped by a master or by its patient's key, and who is told from the wrapping."""

from dataclasses import dataclass
from typing import Final

from documents.document import DocumentId, PatientRef
from documents.errors import Erased
from storage.envelope import capsule
from storage.keyring.athand import AtHand
from storage.keyring.patients import PatientKey, PatientKeys
from storage.keyring.shelf import Generation
from storage.keyring.wrapped import KEY_ID_SIZE, Holder, document_context, dressed, undressed
from storage.keys.interface import MasterKeys

#: Purpose under which a wrapped document key says, sealed, which patient's key wrapped it.
_TRUST: Final = b"patient of a document key"
#: Bytes of a pseudonym, and of the capsule that holds one and the id of a key.
_REF_SIZE: Final = 32
_TRUST_SIZE: Final = _REF_SIZE + KEY_ID_SIZE + capsule.OVERHEAD


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Which patient's key wraps a document's."""

    patient: PatientRef
    #: Which of the patient's keys, see `PatientKey.id`.
    key: bytes


class Trustees:
    """Wraps documents' keys for whoever is trusted with them, and unwraps them again."""

    def __init__(self, masters: MasterKeys, patients: PatientKeys, hand: AtHand) -> None:
        """Wrap by these masters and these patients' keys."""
        self._masters = masters
        self._patients = patients
        self._hand = hand

    def wrap(self, document: DocumentId, key: bytes, target: PatientKey | None) -> bytes:
        """Return a document's key as it rests, wrapped by a patient's key or, where there is none, by a master."""
        if target is None:
            return dressed(Holder.MASTER, self._masters.wrap(key, document_context(Holder.MASTER, document)))
        said = bytes.fromhex(target.patient) + target.id
        trust = capsule.seal(self._key(), _context(document), said)
        context = document_context(Holder.PATIENT, document) + trust
        return dressed(Holder.PATIENT, trust + capsule.seal(target.key, context, key))

    def unwrap(self, document: DocumentId, generation: Generation) -> tuple[Trust | None, bytes | None]:
        """Return who is trusted with a generation and the key in it; no key where the patient's was retired.

        Raises:
            Erased: It was destroyed on purpose, or the patient's key was.
            Tampered: It was altered, or belongs to another document.
            Interrupted: Store or keys failed.
        """
        holder, wrapped = undressed(generation.body)
        if holder is Holder.NOBODY:
            raise Erased(wrapped.hex())
        if holder is Holder.MASTER:
            return None, self._masters.unwrap(wrapped, document_context(holder, document))
        sealed, wrapped = wrapped[:_TRUST_SIZE], wrapped[_TRUST_SIZE:]
        said = capsule.open(self._key(), _context(document), sealed)
        trust = Trust(patient=PatientRef(said[:_REF_SIZE].hex()), key=said[_REF_SIZE:])
        wrapping = self._patients.key(trust.patient, trust.key)
        if wrapping is None:
            return trust, None
        return trust, capsule.open(wrapping, document_context(holder, document) + sealed, wrapped)

    def _key(self) -> bytes:
        """Return the key that seals whose key wraps a document's: readers of the store learn nothing of it."""
        name = _TRUST.decode()
        return self._hand.recall(name) or self._hand.keep(name, self._masters.pseudonym("note key", _TRUST))


def trust_in(target: PatientKey | None) -> Trust | None:
    """Return what is told of a document's key that was wrapped by a patient's; None where it was by a master."""
    return Trust(patient=target.patient, key=target.id) if target else None


def _context(document: DocumentId) -> bytes:
    """Return what the sealed name of a patient is bound to."""
    return _TRUST + b" " + bytes.fromhex(document)
