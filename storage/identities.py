"""Identities: the ids under which documents and patients stand everywhere, which say nothing without the secret."""

import hashlib

from documents.document import DocumentId, PatientRef
from documents.patient import Ins
from storage.keys.interface import MasterKeys


class Identities:
    """Derives ids by keyed hash: the same for the same thing, in whichever process."""

    __slots__ = ()

    masters: MasterKeys

    def identify(self, feeder: str, content: bytes) -> DocumentId:
        """Return the id of a feeder's document: the same for the same bytes, meaningless without the key."""
        return self._identity(feeder, hashlib.sha256(content).digest())

    def identify_digest(self, feeder: str, sha256: str) -> DocumentId:
        """Return the id that `identify` gives to bytes of which only the SHA-256 is known, in hex."""
        return self._identity(feeder, bytes.fromhex(sha256))

    def annex(self, document: DocumentId, purpose: str) -> DocumentId:
        """Return the name, as a document's, of a key for what rests of a document for a while: see `discard`."""
        return DocumentId(self.masters.pseudonym("annex", f"{document}/{purpose}".encode())[:16].hex())

    def identify_piece(self, parent: DocumentId, revision: int, first: int, last: int) -> DocumentId:
        """Return the id of a piece of a stack: the same whenever that revision of it is cut at the same pages."""
        value = f"{parent}/{revision}/{first}/{last}".encode()
        return DocumentId(self.masters.pseudonym("piece", value)[:16].hex())

    def unique_name(self, unique_id: str) -> str:
        """Return the name under which the ledger knows what a producer calls its document for ever."""
        return self.masters.pseudonym("unique id", unique_id.encode()).hex()

    def pseudonym(self, ins: Ins) -> PatientRef:
        """Return the pseudonym under which a patient stands in ledger, keys and object names."""
        value = ins.oid.encode() + b"\x00" + ins.number[:13].encode()
        return PatientRef(self.masters.pseudonym("patient", value).hex())

    def _identity(self, feeder: str, digest: bytes) -> DocumentId:
        return DocumentId(self.masters.pseudonym("document", feeder.encode() + b"\x00" + digest)[:16].hex())
