"""Sealing: plaintext in, envelope out; whole or as a stream."""

import os
from collections.abc import Iterable, Iterator
from io import BytesIO

from storage.envelope.derivation import SALT_SIZE, TAG_SIZE
from storage.envelope.header import HEADER_SIZE, SEGMENT_SIZE, Binding
from storage.envelope.segments import MOST_SEGMENTS, Segments
from storage.regroup import Buffer, regroup


def seal(
    key: bytes, binding: Binding, plaintext: Buffer, *, segment_size: int = SEGMENT_SIZE, salt: bytes | None = None
) -> bytes:
    """Return the envelope of some bytes.

    Args:
        key: The document's key, 32 bytes.
        binding: What the envelope is to be bound to.
        plaintext: The bytes to seal.
        segment_size: Plaintext bytes of a segment.
        salt: 32 bytes never used before with this key. None, as always but for known answers, draws them.

    Raises:
        ValueError: A number that the format cannot hold.
    """
    segments = Segments.fresh(key, binding, segment_size, salt or os.urandom(SALT_SIZE))
    source = memoryview(plaintext)
    count = segments.count(len(source))
    # Sealed in place: what BytesIO returns at the end is this memory, not a copy, if no view of it is left.
    envelope = BytesIO(bytes(HEADER_SIZE + len(source) + count * TAG_SIZE))
    with envelope.getbuffer() as target:
        target[:HEADER_SIZE] = segments.header
        for index in range(count):
            piece = source[index * segment_size : (index + 1) * segment_size]
            start = HEADER_SIZE + index * segments.sealed_size
            segments.seal_into(index, piece, target[start : start + len(piece) + TAG_SIZE], last=index == count - 1)
    return envelope.getvalue()


def seal_stream(
    key: bytes, binding: Binding, plaintext: Iterable[Buffer], *, segment_size: int = SEGMENT_SIZE
) -> Iterator[bytes]:
    """Yield the envelope of a stream piece by piece: the header, then one segment at a time. Memory stays flat.

    Args:
        key: The document's key, 32 bytes.
        binding: What the envelope is to be bound to.
        plaintext: The bytes to seal, in pieces of any size.
        segment_size: Plaintext bytes of a segment.

    Raises:
        ValueError: A number that the format cannot hold.
    """
    segments = Segments.fresh(key, binding, segment_size, os.urandom(SALT_SIZE))
    yield segments.header
    for index, (piece, last) in enumerate(regroup(plaintext, segment_size)):
        if index >= MOST_SEGMENTS:
            message = "too large for one envelope at this segment size"
            raise ValueError(message)
        yield segments.seal(index, piece, last=last)
