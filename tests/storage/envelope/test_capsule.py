"""Capsules: a few bytes sealed at once under a long-lived key."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.errors import Tampered
from storage.envelope import capsule

KEY = os.urandom(32)


@given(st.binary(max_size=200), st.binary(max_size=50))
def test_what_was_sealed_is_opened(content: bytes, context: bytes) -> None:
    """Any bytes in any context, with a fixed overhead."""
    sealed = capsule.seal(KEY, context, content)
    assert len(sealed) == len(content) + capsule.OVERHEAD
    assert capsule.open(KEY, context, sealed) == content


def test_every_flipped_byte_and_every_cut_shows() -> None:
    """Salt, commitment, ciphertext and tag all count."""
    sealed = capsule.seal(KEY, b"context", b"content")
    for at in range(len(sealed)):
        for forged in (sealed[:at], sealed[:at] + bytes([sealed[at] ^ 0x80]) + sealed[at + 1 :]):
            with pytest.raises(Tampered):
                capsule.open(KEY, b"context", forged)


def test_another_key_or_context_is_tampering() -> None:
    """A capsule is bound to both."""
    sealed = capsule.seal(KEY, b"context", b"content")
    with pytest.raises(Tampered):
        capsule.open(KEY, b"contex", sealed)
    with pytest.raises(Tampered):
        capsule.open(os.urandom(32), b"context", sealed)
