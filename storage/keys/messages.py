"""What a key service is told: digests of a fixed size, so that neither document nor patient stands in its logs."""

import hashlib
from typing import Final

from storage.envelope.derivation import KEY_SIZE

_CONTEXT: Final = b"verso context 1"
_PSEUDONYM: Final = b"verso pseudonym 1"


def context_digest(context: bytes) -> bytes:
    """Return 32 bytes that stand for a context."""
    return hashlib.sha256(_CONTEXT + context).digest()


def pseudonym_message(purpose: str, value: bytes) -> bytes:
    """Return what is to be authenticated for a pseudonym: 81 bytes, other ones for another purpose or value."""
    return _PSEUDONYM + hashlib.sha256(purpose.encode()).digest() + hashlib.sha256(value).digest()


def whole_key(key: bytes) -> bytes:
    """Return a key if it is one.

    Raises:
        ValueError: It is not 32 bytes long.
    """
    if len(key) != KEY_SIZE:
        message = "a key is 32 bytes long"
        raise ValueError(message)
    return key
