"""Derivation: from a long-lived key and a fresh salt to the keys of one sealed thing, and the proof of which key."""

import hmac
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from documents.errors import Tampered

#: Bytes of every symmetric key in Verso.
KEY_SIZE: Final = 32
#: Bytes of salt, fresh for each sealed thing: no two are ever sealed under the same derived key.
SALT_SIZE: Final = 32
#: Bytes of key commitment.
COMMITMENT_SIZE: Final = 32
#: Bytes of a GCM tag.
TAG_SIZE: Final = 16

_PREFIX_SIZE: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """The keys of one sealed thing."""

    #: Stands in clear beside the ciphertext. GCM alone lets a forger make bytes that open under two keys; with this
    #: they would first have to find a collision in SHA-512 (https://eprint.iacr.org/2020/1456).
    commitment: bytes
    cipher: AESGCM = field(repr=False)
    #: First seven bytes of every nonce.
    prefix: bytes = field(repr=False)

    def prove(self, commitment: bytes, subject: object = "") -> None:
        """Check that what was sealed, was sealed under this key, with this salt, for this purpose.

        Args:
            commitment: What stands beside the ciphertext.
            subject: What an error is about.

        Raises:
            Tampered: It was not.
        """
        if not hmac.compare_digest(self.commitment, commitment):
            raise Tampered(str(subject))


def derive(key: bytes, salt: bytes, info: bytes) -> Derived:
    """Return the keys of the thing that a salt and its description single out.

    HKDF-SHA512 (RFC 5869) to 71 bytes: commitment, encryption key, nonce prefix, in this order, so that the first two
    fill the first output block.

    Args:
        key: The long-lived key, 32 bytes.
        salt: 32 fresh random bytes.
        info: A label for the purpose, then everything that the sealed thing is bound to.

    Raises:
        ValueError: Key or salt are not 32 bytes long.
    """
    if len(key) != KEY_SIZE or len(salt) != SALT_SIZE:
        message = "key and salt are 32 bytes each"
        raise ValueError(message)
    size = COMMITMENT_SIZE + KEY_SIZE + _PREFIX_SIZE
    stream = HKDF(algorithm=SHA512(), length=size, salt=salt, info=info).derive(key)
    return Derived(
        commitment=stream[:COMMITMENT_SIZE],
        cipher=AESGCM(stream[COMMITMENT_SIZE : COMMITMENT_SIZE + KEY_SIZE]),
        prefix=stream[COMMITMENT_SIZE + KEY_SIZE :],
    )
