"""Generations of master keys held in this process: what the key file and the memory back end both do with them."""

import hashlib
import hmac
import os
from dataclasses import dataclass, field, replace
from typing import Final, Self

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from documents.errors import Tampered
from storage.envelope import capsule
from storage.envelope.derivation import KEY_SIZE

_VERSION: Final = b"\x01"
_ID_SIZE: Final = 8
_PSEUDONYM: Final = b"verso pseudonym 1"


def identifier(secret: bytes) -> bytes:
    """Return the 8 bytes by which a secret is told from others; a wrong copy of the secret has another one."""
    return hashlib.sha256(b"verso key id 1" + secret).digest()[:_ID_SIZE]


def master_of(wrapped: bytes) -> str:
    """Return the name of the master that wrapped a key.

    Raises:
        Tampered: None of this kind did.
    """
    if wrapped[:1] != _VERSION or len(wrapped) <= 1 + _ID_SIZE:
        raise Tampered
    return wrapped[1 : 1 + _ID_SIZE].hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Generations:
    """Master keys from the oldest to the newest, and the secret of the pseudonyms, which is never replaced."""

    #: 32 bytes each. The last one wraps, all unwrap.
    masters: tuple[bytes, ...] = field(repr=False)
    #: 32 bytes. Another one would give every document and patient another name.
    pseudonyms: bytes = field(repr=False)

    @classmethod
    def first(cls) -> Self:
        """Return a first generation, drawn from the operating system."""
        return cls(masters=(os.urandom(KEY_SIZE),), pseudonyms=os.urandom(KEY_SIZE))

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return a key under the newest master: version, master's id, capsule.

        Raises:
            ValueError: The key is not 32 bytes long.
        """
        if len(key) != KEY_SIZE:
            message = "a key is 32 bytes long"
            raise ValueError(message)
        label = _VERSION + identifier(self.masters[-1])
        return label + capsule.seal(self.masters[-1], label + context, key)

    def knows(self, wrapped: bytes) -> bool:
        """Tell whether the master that wrapped this is among these."""
        return any(wrapped.startswith(_VERSION + identifier(master)) for master in self.masters)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key that was wrapped.

        Raises:
            Tampered: It was altered, belongs to another context, or was wrapped by none of these masters.
        """
        label, sealed = wrapped[: 1 + _ID_SIZE], wrapped[1 + _ID_SIZE :]
        for master in self.masters:
            if label == _VERSION + identifier(master):
                return capsule.open(master, label + context, sealed)
        raise Tampered

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return a wrapped key under the newest master.

        Raises:
            Tampered: As for `unwrap`.
        """
        return self.wrap(self.unwrap(wrapped, context), context)

    def with_another(self) -> Self:
        """Return these with one more master, drawn from the operating system, which wraps from now on."""
        return replace(self, masters=(*self.masters, os.urandom(KEY_SIZE)))

    def newest_only(self) -> Self:
        """Return these without any master but the newest."""
        return replace(self, masters=self.masters[-1:])

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the masters, oldest first."""
        return tuple(identifier(master).hex() for master in self.masters)

    def pseudonym(self, purpose: str, value: bytes) -> bytes:
        """Return HMAC-SHA256 of a value under a key derived for the purpose."""
        # Without a salt, since the answer must always be the same and the secret is uniform (RFC 5869, section 3.1).
        purposed = HKDF(algorithm=SHA512(), length=KEY_SIZE, salt=None, info=_PSEUDONYM + purpose.encode())
        return hmac.digest(purposed.derive(self.pseudonyms), value, "sha256")
