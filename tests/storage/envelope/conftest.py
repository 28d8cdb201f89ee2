"""What the tests of the envelope share: a key, a binding, and an envelope of three segments."""

import os

import pytest

from documents.document import DocumentId
from documents.role import Role
from storage.envelope.header import SMALLEST_SEGMENT, Binding
from storage.envelope.sealing import seal

#: Fills two segments of the smallest size and a bit of a third.
PLAINTEXT = bytes(n * 7 % 251 for n in range(2 * SMALLEST_SEGMENT + 100))


@pytest.fixture(scope="session")
def key() -> bytes:
    """Give a document's key."""
    return os.urandom(32)


@pytest.fixture(scope="session")
def binding() -> Binding:
    """Give what the envelope is bound to."""
    return Binding(document=DocumentId("00112233445566778899aabbccddeeff"), role=Role.PAGES, part=3, revision=2)


@pytest.fixture(scope="session")
def plaintext() -> bytes:
    """Give what the envelope holds."""
    return PLAINTEXT


@pytest.fixture(scope="session")
def envelope(key: bytes, binding: Binding, plaintext: bytes) -> bytes:
    """Give an envelope of three segments."""
    return seal(key, binding, plaintext, segment_size=SMALLEST_SEGMENT)
