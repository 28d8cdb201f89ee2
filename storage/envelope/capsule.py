"""A capsule: a few bytes (a key, a note) sealed at once under a long-lived key, bound to a context it does not hold."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag

from documents.errors import Tampered
from storage.envelope.derivation import COMMITMENT_SIZE, SALT_SIZE, TAG_SIZE, derive

LABEL: Final = b"verso capsule 1"
#: Bytes that a capsule adds to its content.
OVERHEAD: Final = SALT_SIZE + COMMITMENT_SIZE + TAG_SIZE

#: Five zero bytes behind the derived prefix: each derived key seals one message only, so its nonce may be fixed.
_REST_OF_NONCE: Final = bytes(5)


def seal(key: bytes, context: bytes, content: bytes) -> bytes:
    """Return salt, commitment and ciphertext of a few bytes.

    A fresh key is derived for each capsule, so that a long-lived key has no limit on how many it may seal.
    """
    salt = os.urandom(SALT_SIZE)
    keys = derive(key, salt, LABEL + context)
    return salt + keys.commitment + keys.cipher.encrypt(keys.prefix + _REST_OF_NONCE, content, context)


def open(key: bytes, context: bytes, capsule: bytes) -> bytes:  # noqa: A001 -- the field's verb, used as capsule.open
    """Return what a capsule holds.

    Raises:
        Tampered: It was altered, or sealed under another key or in another context.
    """
    if len(capsule) < OVERHEAD:
        raise Tampered
    keys = derive(key, capsule[:SALT_SIZE], LABEL + context)
    keys.prove(capsule[SALT_SIZE : SALT_SIZE + COMMITMENT_SIZE])
    try:
        return keys.cipher.decrypt(keys.prefix + _REST_OF_NONCE, capsule[SALT_SIZE + COMMITMENT_SIZE :], context)
    except InvalidTag as error:
        raise Tampered from error
