"""Opening: envelope in, plaintext out; whole, as a stream, or a range without the rest."""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import chain

from documents.errors import Tampered
from storage.envelope.header import HEADER_SIZE, Binding
from storage.envelope.segments import MOST_SEGMENTS, Segments
from storage.regroup import Buffer, regroup


def open(key: bytes, binding: Binding, envelope: Buffer) -> bytes:  # noqa: A001 -- the field's verb, used as opening.open
    """Return the plaintext of an envelope, whole and proven.

    Args:
        key: The document's key, 32 bytes.
        binding: What the envelope ought to be bound to.
        envelope: Its bytes.

    Raises:
        Tampered: A single bit of it is not as it was sealed, or it was sealed under another key or binding.
    """
    source = memoryview(envelope)
    segments = Segments.of(key, binding, bytes(source[:HEADER_SIZE]))
    size = segments.plaintext_size(len(source))
    count = segments.count(size)
    # Opened in place: what BytesIO returns at the end is this memory, not a copy, if no view of it is left.
    plaintext = BytesIO(bytes(size))
    with plaintext.getbuffer() as target:
        for index in range(count):
            start = HEADER_SIZE + index * segments.sealed_size
            sealed = source[start : start + segments.sealed_size]
            place = slice(index * segments.segment_size, (index + 1) * segments.segment_size)
            segments.open_into(index, sealed, target[place], last=index == count - 1)
    return plaintext.getvalue()


def open_stream(key: bytes, binding: Binding, envelope: Iterable[Buffer]) -> Iterator[bytes]:
    """Yield the plaintext of an envelope piece by piece, each proven before it is yielded. Memory stays flat.

    The envelope is whole only when the iterator has ended: who acts on a piece before that acts on a part.

    Args:
        key: The document's key, 32 bytes.
        binding: What the envelope ought to be bound to.
        envelope: Its bytes, in pieces of any size.

    Raises:
        Tampered: As for `open`, at the first piece that is not as it was sealed.
    """
    pieces = iter(envelope)
    head = bytearray()
    for piece in pieces:
        head += piece
        if len(head) >= HEADER_SIZE:
            break
    segments = Segments.of(key, binding, bytes(head[:HEADER_SIZE]))
    body = chain([bytes(head[HEADER_SIZE:])], pieces)
    for index, (sealed, last) in enumerate(regroup(body, segments.sealed_size)):
        if index >= MOST_SEGMENTS:
            raise Tampered(str(binding))
        plaintext = segments.open(index, sealed, last=last)
        if index and not plaintext:
            raise Tampered(str(binding))
        yield plaintext


def open_range(key: bytes, binding: Binding, read: Callable[[int, int], bytes], size: int, wanted: range) -> bytes:
    """Return a range of the plaintext, reading and opening only the segments that hold it.

    What is returned is proven to stand at this place of this envelope. That the envelope is not cut behind it is
    proven only when the range reaches its end.

    Args:
        key: The document's key, 32 bytes.
        binding: What the envelope ought to be bound to.
        read: Returns so many bytes of the envelope from an offset on: ``read(offset, length)``.
        size: Bytes of the envelope.
        wanted: Which bytes of the plaintext, by step 1; cut to the end of the plaintext.

    Raises:
        Tampered: As for `open`, for the segments read.
        ValueError: The range is not one of consecutive bytes.
    """
    if wanted.start < 0 or wanted.stop < wanted.start or wanted.step != 1:
        message = "not a range of consecutive bytes"
        raise ValueError(message)
    segments = Segments.of(key, binding, read(0, HEADER_SIZE))
    count = segments.count(segments.plaintext_size(size))
    first = min(wanted.start // segments.segment_size, count - 1)
    behind = max(first + 1, min(count, -(-wanted.stop // segments.segment_size)))
    offset = HEADER_SIZE + first * segments.sealed_size
    body = read(offset, min(size, HEADER_SIZE + behind * segments.sealed_size) - offset)
    opened = b"".join(
        segments.open(index, body[at : at + segments.sealed_size], last=index == count - 1)
        for index, at in enumerate(range(0, (behind - first) * segments.sealed_size, segments.sealed_size), first)
    )
    shift = first * segments.segment_size
    return opened[wanted.start - shift : wanted.stop - shift]
