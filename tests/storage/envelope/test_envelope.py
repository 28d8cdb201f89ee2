"""The envelope: what was sealed comes out whole, and only as what it was sealed for."""

import itertools
import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.document import DocumentId
from documents.errors import Tampered
from documents.role import Role
from storage.envelope import opening, sealing
from storage.envelope.header import HEADER_SIZE, LARGEST_SEGMENT, SMALLEST_SEGMENT, Binding
from storage.envelope.segments import Segments

KEY = os.urandom(32)
BINDING = Binding(document=DocumentId("ff" * 16), role=Role.ORIGINAL, part=0, revision=1)

sizes = st.sampled_from([0, 1, 1023, 1024, 1025, 2047, 2048, 2049, 5000])
cuts = st.lists(st.integers(0, 1500), max_size=12)


def cut(whole: bytes, lengths: list[int]) -> list[bytes]:
    """Return some bytes in pieces of these lengths, the rest last."""
    ends = list(itertools.accumulate(lengths))
    return [whole[start:end] for start, end in itertools.pairwise([0, *ends, len(whole)]) if start <= end]


@given(st.binary(max_size=5000), st.sampled_from([1024, 4096, 65536, 1048576]))
def test_what_was_sealed_is_opened(plaintext: bytes, segment_size: int) -> None:
    """Any bytes, at any segment size; the size tells nothing but the size."""
    envelope = sealing.seal(KEY, BINDING, plaintext, segment_size=segment_size)
    segments = max(1, -(-len(plaintext) // segment_size))
    assert opening.open(KEY, BINDING, envelope) == plaintext
    assert len(envelope) == HEADER_SIZE + len(plaintext) + 16 * segments


@given(sizes, cuts, cuts)
def test_a_stream_is_the_same_format(size: int, inward: list[int], outward: list[int]) -> None:
    """Sealed whole or piece by piece, opened whole or piece by piece: it makes no difference."""
    plaintext = os.urandom(size)
    streamed = b"".join(sealing.seal_stream(KEY, BINDING, cut(plaintext, inward), segment_size=1024))
    whole = sealing.seal(KEY, BINDING, plaintext, segment_size=1024)
    assert len(streamed) == len(whole)
    assert opening.open(KEY, BINDING, streamed) == plaintext
    assert b"".join(opening.open_stream(KEY, BINDING, cut(whole, outward))) == plaintext


@given(sizes, st.integers(0, 6000), st.integers(0, 6000))
def test_a_range_is_opened_without_the_rest(size: int, one: int, other: int) -> None:
    """Only the header and the segments that hold the range are read."""
    plaintext = os.urandom(size)
    envelope = sealing.seal(KEY, BINDING, plaintext, segment_size=1024)
    wanted = range(min(one, other), max(one, other))
    asked: list[int] = []

    def read(offset: int, length: int) -> bytes:
        asked.append(length)
        return envelope[offset : offset + length]

    assert opening.open_range(KEY, BINDING, read, len(envelope), wanted) == plaintext[wanted.start : wanted.stop]
    assert sum(asked) <= HEADER_SIZE + (len(wanted) // 1024 + 2) * 1040


@pytest.mark.parametrize("wanted", [range(-1, 5), range(5, 4), range(0, 9, 2)])
def test_only_consecutive_bytes_are_a_range(key: bytes, binding: Binding, envelope: bytes, wanted: range) -> None:
    """Anything else is a mistake of the caller."""
    with pytest.raises(ValueError, match="range"):
        opening.open_range(key, binding, lambda at, size: envelope[at : at + size], len(envelope), wanted)


def test_no_two_envelopes_are_alike(key: bytes, binding: Binding) -> None:
    """The same plaintext under the same key looks fresh each time: its repetition says nothing."""
    one, other = (sealing.seal(key, binding, bytes(64)) for _ in range(2))
    assert one[36:] != other[36:]
    assert one[HEADER_SIZE:] != other[HEADER_SIZE:]


def test_memory_stays_flat_in_a_stream(key: bytes, binding: Binding) -> None:
    """A piece is passed on before the next one is asked for, both ways."""
    taken = 0

    def endless() -> "itertools.repeat[bytes]":
        return itertools.repeat(bytes(1024))

    sealed = sealing.seal_stream(key, binding, endless(), segment_size=1024)
    for _ in itertools.islice(opening.open_stream(key, binding, sealed), 50):
        taken += 1
    assert taken == 50


@pytest.mark.parametrize(
    "claimed",
    [
        {"document": DocumentId("00112233445566778899aabbccddeefe")},
        {"role": Role.IDENTITY},
        {"part": 4},
        {"revision": 1},
    ],
)
def test_it_opens_as_nothing_else(key: bytes, binding: Binding, envelope: bytes, claimed: dict[str, object]) -> None:
    """Moved to another document, role, part or revision it is tampering, even when the header is rewritten to fit."""
    other = replace(binding, **claimed)  # type: ignore[arg-type]
    rewritten = other.header(SMALLEST_SEGMENT) + envelope[36:]
    for forged in (envelope, rewritten):
        with pytest.raises(Tampered):
            opening.open(key, other, forged)


def test_another_key_is_tampering(binding: Binding, envelope: bytes) -> None:
    """And is known at once by the commitment, before anything is decrypted."""
    with pytest.raises(Tampered):
        Segments.of(os.urandom(32), binding, envelope)


def test_an_error_names_the_envelope_and_nothing_in_it(key: bytes, binding: Binding, envelope: bytes) -> None:
    """A person is called, and told which one."""
    with pytest.raises(Tampered) as raised:
        opening.open(key, binding, envelope[:-1])
    assert raised.value.subject == "00112233445566778899aabbccddeeff/pages-3-2"


@pytest.mark.parametrize("segment_size", [0, 1, SMALLEST_SEGMENT - 1, LARGEST_SEGMENT + 1])
def test_a_segment_size_out_of_bounds_is_a_mistake_of_the_caller(
    key: bytes, binding: Binding, segment_size: int
) -> None:
    """The bounds keep a forged header from asking for memory, and segments from being mostly tag."""
    with pytest.raises(ValueError, match="segment size"):
        sealing.seal(key, binding, b"", segment_size=segment_size)


@pytest.mark.parametrize("document", ["", "00", "zz" * 16, "AA" * 16, "00" * 17])
def test_only_document_ids_are_bound_to(key: bytes, binding: Binding, document: str) -> None:
    """One document has one spelling."""
    with pytest.raises(ValueError, match=r"document id|non-hexadecimal"):
        sealing.seal(key, replace(binding, document=DocumentId(document)), b"")


@pytest.mark.parametrize("number", [-1, 2**32])
def test_only_numbers_that_fit_are_bound_to(key: bytes, binding: Binding, number: int) -> None:
    """Nothing wraps around in silence."""
    with pytest.raises(ValueError, match="32-bit"):
        sealing.seal(key, replace(binding, part=number), b"")
    with pytest.raises(ValueError, match="32-bit"):
        sealing.seal(key, replace(binding, revision=number), b"")


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_only_whole_keys_seal(binding: Binding, size: int) -> None:
    """A short key is a mistake of the caller, not a weak envelope."""
    with pytest.raises(ValueError, match="32 bytes"):
        sealing.seal(bytes(size), binding, b"")


def test_secrets_are_not_printed(key: bytes, binding: Binding, envelope: bytes) -> None:
    """A log line that shows the cipher shows no key and no nonce prefix."""
    segments = Segments.of(key, binding, envelope)
    assert repr(segments.keys.prefix) not in repr(segments)
    assert repr(segments.keys.prefix) not in repr(segments.keys)
    assert "AESGCM" not in repr(segments.keys)
