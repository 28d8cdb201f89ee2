"""The header: the first 100 bytes of an envelope, in clear, and what they bind it to."""

import struct
from dataclasses import dataclass, field
from typing import Final, Self

from documents.document import DocumentId
from documents.errors import Tampered
from documents.role import Role
from storage.envelope.derivation import COMMITMENT_SIZE, SALT_SIZE

MAGIC: Final = b"VERSO"
VERSION: Final = 1
#: AES-256-GCM in segments, keys by HKDF-SHA512, with key commitment.
SUITE: Final = 1

#: Plaintext bytes of a segment, when nothing else is asked for: 64 KiB reach 0.6 to 0.7 of bare AES-256-GCM, 1 MiB
#: 0.9 (`docs/decisions/envelope.md`).
SEGMENT_SIZE: Final = 1024 * 1024
SMALLEST_SEGMENT: Final = 1024
LARGEST_SEGMENT: Final = 1024 * 1024

_BOUND: Final = struct.Struct(">5sBBB16sIII")
#: Bytes of the header.
HEADER_SIZE: Final = _BOUND.size + SALT_SIZE + COMMITMENT_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """What an envelope is bound to: it opens as this and as nothing else."""

    document: DocumentId
    role: Role
    #: Which of several of its role, from 0.
    part: int
    #: The document's revision when it was made.
    revision: int

    def __str__(self) -> str:
        """Name it in an error."""
        return f"{self.document}/{self.role.slug}-{self.part}-{self.revision}"

    def header(self, segment_size: int) -> bytes:
        """Return the first 36 bytes of the header of an envelope bound to this.

        Raises:
            ValueError: A part, revision, document id or segment size that the format cannot hold.
        """
        if not SMALLEST_SEGMENT <= segment_size <= LARGEST_SEGMENT:
            message = "segment size out of bounds"
            raise ValueError(message)
        identity = bytes.fromhex(self.document)
        if len(identity) != 16 or identity.hex() != self.document:
            message = "a document id is 32 lower-case hex characters"
            raise ValueError(message)
        try:
            return _BOUND.pack(MAGIC, VERSION, SUITE, self.role, identity, self.part, self.revision, segment_size)
        except struct.error as error:
            message = "part and revision are unsigned 32-bit numbers"
            raise ValueError(message) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header, taken apart. Nothing in it is to be believed before the commitment is proven."""

    #: The bytes from magic to segment size.
    bound: bytes
    segment_size: int
    salt: bytes = field(repr=False)
    commitment: bytes = field(repr=False)

    @classmethod
    def parse(cls, raw: bytes, expected: Binding) -> Self:
        """Take apart the header of an envelope that ought to be bound to something.

        Raises:
            Tampered: It is cut short, of an unknown version or suite, or bound to something else.
        """
        if len(raw) < HEADER_SIZE:
            raise Tampered(str(expected))
        segment_size = int.from_bytes(raw[_BOUND.size - 4 : _BOUND.size], "big")
        if not SMALLEST_SEGMENT <= segment_size <= LARGEST_SEGMENT:
            raise Tampered(str(expected))
        bound = raw[: _BOUND.size]
        if bound != expected.header(segment_size):
            raise Tampered(str(expected))
        return cls(
            bound=bound,
            segment_size=segment_size,
            salt=raw[_BOUND.size : _BOUND.size + SALT_SIZE],
            commitment=raw[_BOUND.size + SALT_SIZE : HEADER_SIZE],
        )
