"""A wrapped key as it rests, byte by byte: who holds it, and what it is bound to (`docs/design.md`)."""

import hashlib
from enum import IntEnum
from typing import Final

from documents.document import DocumentId, PatientRef
from documents.errors import Tampered

KEY_ID_SIZE: Final = 8
_MAGIC: Final = b"VKEY\x01"


class Holder(IntEnum):
    """Who wrapped a key. The number is written in its first bytes: never reuse one."""

    #: Nobody any more: the key was destroyed, and none is made in its place. The id of the erasure follows.
    NOBODY = 0
    #: A master key.
    MASTER = 1
    #: A patient's key.
    PATIENT = 2


def dressed(holder: Holder, wrapped: bytes) -> bytes:
    """Return a wrapped key with its head."""
    return _head(holder) + wrapped


def undressed(body: bytes) -> tuple[Holder, bytes]:
    """Return who holds a key, and its wrapped form without the head.

    Raises:
        Tampered: It is not a wrapped key of a known form.
    """
    if body[: len(_MAGIC)] != _MAGIC or len(body) <= len(_MAGIC) + 1:
        raise Tampered
    try:
        return Holder(body[len(_MAGIC)]), body[len(_MAGIC) + 1 :]
    except ValueError as error:
        raise Tampered from error


def key_id(key: bytes) -> bytes:
    """Return the 8 bytes by which a patient's key is told from the others; they stand nowhere in clear."""
    return hashlib.sha256(b"verso key id 1" + key).digest()[:KEY_ID_SIZE]


def document_context(holder: Holder, document: DocumentId) -> bytes:
    """Return what a wrapped document key is bound to."""
    return b"document key " + _head(holder) + bytes.fromhex(document)


def patient_context(patient: PatientRef, generation: int) -> bytes:
    """Return what a wrapped patient key is bound to: an older one cannot be put back as a newer."""
    return b"patient key " + _head(Holder.MASTER) + bytes.fromhex(patient) + generation.to_bytes(4, "big")


def _head(holder: Holder) -> bytes:
    return _MAGIC + bytes([holder])
