"""The segments of one envelope: which nonce each has, how each is sealed and opened, and how long they all are."""

from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.exceptions import InvalidTag

from documents.errors import Tampered
from storage.envelope.derivation import TAG_SIZE, Derived, derive
from storage.envelope.header import HEADER_SIZE, Binding, Header
from storage.regroup import Buffer

#: Purpose of the derivation, so that a document's key never serves two ends in the same way.
LABEL: Final = b"verso envelope 1"
#: The index of a segment has 32 bits.
MOST_SEGMENTS: Final = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """The keyed cipher of one envelope: STREAM (https://eprint.iacr.org/2015/189) over AES-256-GCM."""

    binding: Binding
    #: The whole header, associated data of every segment.
    header: bytes
    #: Plaintext bytes of every segment but the last, which may be shorter.
    segment_size: int
    keys: Derived = field(repr=False)

    @classmethod
    def fresh(cls, key: bytes, binding: Binding, segment_size: int, salt: bytes) -> Self:
        """Return the cipher of a new envelope."""
        bound = binding.header(segment_size)
        keys = derive(key, salt, LABEL + bound)
        return cls(binding=binding, header=bound + salt + keys.commitment, segment_size=segment_size, keys=keys)

    @classmethod
    def of(cls, key: bytes, binding: Binding, raw: bytes) -> Self:
        """Return the cipher of an envelope that exists, from its first bytes.

        Raises:
            Tampered: Its header is not the one that this key made for this binding.
        """
        header = Header.parse(raw, binding)
        keys = derive(key, header.salt, LABEL + header.bound)
        keys.prove(header.commitment, binding)
        return cls(binding=binding, header=raw[:HEADER_SIZE], segment_size=header.segment_size, keys=keys)

    @property
    def sealed_size(self) -> int:
        """Bytes of every sealed segment but the last."""
        return self.segment_size + TAG_SIZE

    def count(self, size: int) -> int:
        """Return how many segments hold this many bytes of plaintext: at least one, which may be empty.

        Raises:
            ValueError: More than the format can number.
        """
        count = max(1, -(-size // self.segment_size))
        if count > MOST_SEGMENTS:
            message = "too large for one envelope at this segment size"
            raise ValueError(message)
        return count

    def plaintext_size(self, envelope_size: int) -> int:
        """Return how many bytes of plaintext an envelope of this size holds.

        Raises:
            Tampered: No envelope has this size.
        """
        body = envelope_size - HEADER_SIZE
        count = -(-body // self.sealed_size)
        size = body - count * TAG_SIZE
        if count < 1 or size < 0 or self.count(size) != count:
            raise Tampered(str(self.binding))
        return size

    def seal(self, index: int, plaintext: Buffer, *, last: bool) -> bytes:
        """Return one segment sealed."""
        return self.keys.cipher.encrypt(self._nonce(index, last=last), plaintext, self.header)

    def seal_into(self, index: int, plaintext: Buffer, into: memoryview, *, last: bool) -> None:
        """Seal one segment into a buffer of exactly its sealed size."""
        self.keys.cipher.encrypt_into(self._nonce(index, last=last), plaintext, self.header, into)

    def open(self, index: int, sealed: Buffer, *, last: bool) -> bytes:
        """Return the plaintext of one segment.

        Raises:
            Tampered: It was altered, or is not the segment of this index, or not the last one, or is the last one.
        """
        try:
            return self.keys.cipher.decrypt(self._nonce(index, last=last), sealed, self.header)
        except InvalidTag as error:
            raise Tampered(str(self.binding)) from error

    def open_into(self, index: int, sealed: Buffer, into: memoryview, *, last: bool) -> None:
        """Open one segment into a buffer of exactly its plaintext's size, not to be looked at if this raises.

        Raises:
            Tampered: As for `open`.
        """
        try:
            self.keys.cipher.decrypt_into(self._nonce(index, last=last), sealed, self.header, into)
        except InvalidTag as error:
            raise Tampered(str(self.binding)) from error

    def _nonce(self, index: int, *, last: bool) -> bytes:
        """Return the nonce of a segment: prefix, index, and whether it is the last one."""
        return self.keys.prefix + index.to_bytes(4, "big") + (b"\x01" if last else b"\x00")
