"""Mutations: whatever is done to a stored envelope shows, and nothing of it is released as the whole."""

import contextlib
import os
import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.document import DocumentId
from documents.errors import Tampered
from documents.role import Role
from storage.envelope import opening, sealing
from storage.envelope.derivation import derive
from storage.envelope.header import HEADER_SIZE, SMALLEST_SEGMENT, Binding
from storage.envelope.segments import LABEL, Segments
from tests.storage.envelope.conftest import PLAINTEXT

#: Bytes of a sealed segment of the test envelope.
SEALED = SMALLEST_SEGMENT + 16

KEY = os.urandom(32)
LARGE_BINDING = Binding(document=DocumentId("ab" * 16), role=Role.ORIGINAL, part=0, revision=1)
LARGE = os.urandom(1_000_000)
LARGE_ENVELOPE = sealing.seal(KEY, LARGE_BINDING, LARGE, segment_size=65536)


def released(key: bytes, binding: Binding, forged: bytes) -> bytes:
    """Return what the stream releases of a forged envelope before it raises, as it must."""
    pieces: list[bytes] = []

    def reading() -> Iterator[None]:
        for piece in opening.open_stream(key, binding, [forged]):
            pieces.append(piece)
            yield

    with pytest.raises(Tampered):
        for _ in reading():
            pass
    return b"".join(pieces)


def test_every_flipped_byte_shows(key: bytes, binding: Binding, plaintext: bytes, envelope: bytes) -> None:
    """One at a time, over the whole envelope; the stream releases whole, proven segments before it and no more."""
    for at in range(len(envelope)):
        forged = bytearray(envelope)
        forged[at] ^= 1 << at % 8
        with pytest.raises(Tampered):
            opening.open(key, binding, forged)
        proven = max(0, at - HEADER_SIZE) // SEALED * SMALLEST_SEGMENT
        assert released(key, binding, bytes(forged)) == plaintext[:proven]


def test_every_truncation_shows(key: bytes, binding: Binding, plaintext: bytes, envelope: bytes) -> None:
    """At any byte, segment borders and the bare header among them."""
    for size in range(len(envelope)):
        with pytest.raises(Tampered):
            opening.open(key, binding, envelope[:size])
        assert plaintext.startswith(released(key, binding, envelope[:size]))


@pytest.mark.parametrize("more", [1, 15, 16, 17, SEALED - 1, SEALED, SEALED + 1, 3 * SEALED])
def test_every_extension_shows(key: bytes, binding: Binding, envelope: bytes, more: int) -> None:
    """Zeros, or a copy of what is there."""
    for tail in (bytes(more), (envelope * 3)[-more:]):
        with pytest.raises(Tampered):
            opening.open(key, binding, envelope + tail)
        released(key, binding, envelope + tail)


@pytest.mark.parametrize("order", [(1, 0, 2), (0, 2, 1), (2, 1, 0), (0, 0, 2), (1, 2), (0, 2), (0, 1), (0, 1, 1), (2,)])
def test_reordered_doubled_and_left_out_segments_show(
    key: bytes, binding: Binding, envelope: bytes, order: tuple[int, ...]
) -> None:
    """A segment opens in its own place only, and the last one only as the last."""
    body = envelope[HEADER_SIZE:]
    forged = envelope[:HEADER_SIZE] + b"".join(body[n * SEALED : (n + 1) * SEALED] for n in order)
    with pytest.raises(Tampered):
        opening.open(key, binding, forged)
    released(key, binding, forged)


def test_a_segment_of_another_envelope_of_the_same_place_shows(
    key: bytes, binding: Binding, plaintext: bytes, envelope: bytes
) -> None:
    """Two envelopes of one document, role, part and revision do not mix: each has keys of its own."""
    other = sealing.seal(key, binding, plaintext, segment_size=SMALLEST_SEGMENT)
    forged = envelope[: HEADER_SIZE + SEALED] + other[HEADER_SIZE + SEALED :]
    with pytest.raises(Tampered):
        opening.open(key, binding, forged)
    assert released(key, binding, forged) == plaintext[:SMALLEST_SEGMENT]


def test_a_cut_that_hides_behind_a_forged_size_shows_at_the_end(
    key: bytes, binding: Binding, plaintext: bytes, envelope: bytes
) -> None:
    """A range proves its own place; the range that reaches the end proves that it is the end."""
    forged = envelope[: HEADER_SIZE + 2 * SEALED]

    def read(offset: int, length: int) -> bytes:
        return forged[offset : offset + length]

    first = opening.open_range(key, binding, read, len(forged), range(SMALLEST_SEGMENT))
    assert first == plaintext[:SMALLEST_SEGMENT]
    with pytest.raises(Tampered):
        opening.open_range(key, binding, read, len(forged), range(2 * SMALLEST_SEGMENT))
    with pytest.raises(Tampered):
        opening.open_range(key, binding, read, len(envelope), range(len(plaintext)))


def test_an_empty_last_segment_is_never_made_nor_taken(key: bytes, binding: Binding) -> None:
    """One plaintext has one number of segments: even who knows the key cannot write it another way."""
    segments = Segments.fresh(key, binding, SMALLEST_SEGMENT, os.urandom(32))
    full = segments.seal(0, bytes(SMALLEST_SEGMENT), last=False)
    odd = segments.header + full + segments.seal(1, b"", last=True)
    with pytest.raises(Tampered):
        opening.open(key, binding, odd)
    assert released(key, binding, odd) == bytes(SMALLEST_SEGMENT)


def test_an_envelope_never_opens_under_two_keys(key: bytes, binding: Binding) -> None:
    """A forger who knows both keys still has to choose one commitment."""
    other, salt, bound = os.urandom(32), os.urandom(32), binding.header(SMALLEST_SEGMENT)
    commitments = {derive(each, salt, LABEL + bound).commitment for each in (key, other)}
    assert len(commitments) == 2


@settings(max_examples=300)
@given(st.data())
def test_random_mutations_of_a_large_envelope_show(data: st.DataObject) -> None:
    """Bytes overwritten, moved, cut out or put in, anywhere."""
    forged = bytearray(LARGE_ENVELOPE)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(forged)))
        stop = data.draw(st.integers(start, min(len(forged), start + 70_000)))
        source = data.draw(st.integers(0, len(forged)))
        forged[start:stop] = data.draw(
            st.one_of(st.binary(max_size=64), st.just(bytes(forged[source : source + stop - start])))
        )
    unchanged = bytes(forged) == LARGE_ENVELOPE
    with contextlib.nullcontext() if unchanged else pytest.raises(Tampered):
        assert opening.open(KEY, LARGE_BINDING, forged) == LARGE


def test_ten_thousand_mutations_of_a_large_envelope_all_show() -> None:
    """A bit, a run of noise, two places exchanged, a byte cut out or put in: each alone, anywhere in a megabyte."""
    chance = random.Random(0)
    forged = bytearray(LARGE_ENVELOPE)
    acts: tuple[Callable[[bytearray, random.Random], None], ...] = (_flip, _overwrite, _exchange, _cut_out, _put_in)
    shown = 0
    for number in range(10_000):
        acts[number % len(acts)](forged, chance)
        with pytest.raises(Tampered):
            opening.open(KEY, LARGE_BINDING, forged)
        shown += 1
        forged[:] = LARGE_ENVELOPE
    assert shown == 10_000
    assert opening.open(KEY, LARGE_BINDING, forged) == LARGE


def _flip(forged: bytearray, chance: random.Random) -> None:
    forged[chance.randrange(len(forged))] ^= 1 << chance.randrange(8)


def _overwrite(forged: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(forged) - 64)
    forged[at : at + 64] = chance.randbytes(64)


def _exchange(forged: bytearray, chance: random.Random) -> None:
    # Two places that do not overlap: the envelope is random, so what stands in them differs.
    one, other = sorted(chance.sample(range(0, len(forged) - 64, 64), 2))
    forged[one : one + 64], forged[other : other + 64] = forged[other : other + 64], forged[one : one + 64]


def _cut_out(forged: bytearray, chance: random.Random) -> None:
    del forged[chance.randrange(len(forged))]


def _put_in(forged: bytearray, chance: random.Random) -> None:
    forged.insert(chance.randrange(len(forged) + 1), chance.randrange(256))


def test_the_plaintext_under_test_has_three_segments(envelope: bytes) -> None:
    """So that each segment of it differs in kind: first, middle, last."""
    assert len(envelope) == HEADER_SIZE + len(PLAINTEXT) + 3 * 16
