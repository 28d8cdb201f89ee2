"""An edition: one patient's history of reimbursed care as a document, and what it and its predecessor are called."""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from documents.care import History
from documents.document import DocumentId
from documents.patient import Ins, Traits
from storage.keys.interface import MasterKeys

#: Purpose of the keyed hash that names what is made of one insurer's word about one patient.
_PURPOSE = "reimbursement history"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the editions of one insurer's word about one patient are called, by whoever asks and however often."""

    #: 32 bytes that only the master keys give: no name below tells of whom it is.
    seed: bytes = field(repr=False)

    @classmethod
    def of(cls, history: History, masters: MasterKeys) -> Self:
        """Return the names for an insurer and a patient.

        Raises:
            KeysUnavailable: The master key could not be used.
        """
        value = f"{history.insurer}/{history.patient}".encode()
        return cls(seed=masters.pseudonym(_PURPOSE, value))

    def document(self, number: int) -> DocumentId:
        """Return the id of an edition's document."""
        return DocumentId(self._derived(f"document {number}")[:16].hex())

    def unique_id(self, number: int) -> str:
        """Return what an edition is called for ever, outside too: a UUID, which an II may have as its root."""
        return _uuid(self._derived(f"edition {number}"))

    @property
    def set_id(self) -> str:
        """What all editions together are called: the CDA's ``setId``."""
        return _uuid(self._derived("set"))

    def _derived(self, what: str) -> bytes:
        return hashlib.sha256(self.seed + what.encode()).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What a document is made of: the same edition always gives the same bytes."""

    history: History
    #: The patient as the insurer knows them.
    ins: Ins = field(repr=False)
    traits: Traits = field(repr=False)
    #: From 1, without a gap: the CDA's ``versionNumber``.
    number: int
    #: When its night was received, aware: the document bears this time, never that of its making.
    at: datetime


def _uuid(digest: bytes) -> str:
    # Version 8 of RFC 9562: 122 bits of one's own making.
    bits = bytearray(digest[:16])
    bits[6], bits[8] = bits[6] & 0x0F | 0x80, bits[8] & 0x3F | 0x80
    return str(uuid.UUID(bytes=bytes(bits))).upper()
