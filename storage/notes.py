"""Notes: short texts sealed for the ledger, which cannot read them, by a master's key or by a document's own."""

from documents.document import DocumentId, PatientRef
from storage.envelope import capsule
from storage.identities import Identities
from storage.keyring.keyring import Keyring


class Notes(Identities):
    """Seals notes and opens them."""

    __slots__ = ()

    _keys: Keyring

    def seal_note_on(self, document: DocumentId, purpose: bytes, text: bytes) -> bytes:
        """Return a short text sealed under a document's key: it becomes unreadable with the document.

        Raises:
            Erased: The document was.
            Interrupted: Store or keys failed.
        """
        return capsule.seal(self._keys.key(document), _note_context(document, purpose), text)

    def open_note_on(self, document: DocumentId, purpose: bytes, note: bytes) -> bytes:
        """Return the text of a note sealed under a document's key.

        Raises:
            Erased: The document was.
            Tampered: The note was altered, or sealed for another document or purpose.
            Interrupted: Store or keys failed.
        """
        return capsule.open(self._keys.key(document), _note_context(document, purpose), note)

    def note_holder(self, patient: PatientRef, purpose: bytes) -> DocumentId:
        """Return the name, as a document's, of a key for a patient's notes of a purpose; erased with that record.

        Raises:
            Erased: The patient's record was.
            Interrupted: Store or keys failed.
        """
        value = patient.encode() + b"\x00" + purpose
        holder = DocumentId(self.masters.pseudonym("patient note", value)[:16].hex())
        self._keys.key_to_seal(holder)
        self._keys.entrust(holder, patient)
        return holder

    def seal_note(self, purpose: bytes, text: bytes) -> bytes:
        """Return a short text sealed for the ledger: the ground given for an unsealing, the wording of a doubt.

        Args:
            purpose: What the note is for and about; it opens for this purpose alone. Not stored in it.
            text: The note.

        Raises:
            KeysUnavailable: The master key could not be used.
        """
        return capsule.seal(self._note_key(purpose), purpose, text)

    def open_note(self, purpose: bytes, note: bytes) -> bytes:
        """Return the text of a sealed note.

        Raises:
            Tampered: It was altered, or sealed for another purpose.
            KeysUnavailable: The master key could not be used.
        """
        return capsule.open(self._note_key(purpose), purpose, note)

    def _note_key(self, purpose: bytes) -> bytes:
        """Return the key of the notes of a purpose. It outlives rotations, so notes never need sealing again."""
        return self.masters.pseudonym("note key", purpose)


def _note_context(document: DocumentId, purpose: bytes) -> bytes:
    """Return what a note under a document's key is bound to."""
    return b"note on a document " + bytes.fromhex(document) + purpose
