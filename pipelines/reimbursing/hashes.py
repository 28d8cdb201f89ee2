"""Keyed hashes: by which a patient is found, and told unchanged, without asking the keeper of the master keys."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Self

from storage.keys.interface import MasterKeys

_KEY: Final = b"key of a patient"
_CARE: Final = b"care of a person"
_WHOSE: Final = b"whose care it is"
_FALLS: Final = b"day of a falling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashes:
    """Makes keyed hashes of what lines say. BLAKE2b (RFC 7693) with a key, each purpose in a world of its own."""

    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, masters: MasterKeys, insurer: str) -> Self:
        """Return an insurer's hashes: one question to the keeper of the master keys, whatever the number of patients.

        Raises:
            KeysUnavailable: It did not answer.
        """
        return cls(secret=masters.pseudonym("reimbursements", insurer.encode())[:32])

    def key(self, ins: str, oid: str) -> str:
        """Return the key under which a patient stands: 32 hex characters. Of a number its matricule counts."""
        return self._hash(_KEY, f"{oid}\x00{ins[:13]}".encode(), size=16)

    def care(self, texts: bytes) -> str:
        """Return the hash of a patient's care, see `pipelines.reimbursing.statement.merged`."""
        return self._hash(_CARE, texts)

    def whose(self, text: str) -> str:
        """Return the hash of a patient's number and traits."""
        return self._hash(_WHOSE, text.encode())

    def falls(self, day: date | None) -> str | None:
        """Return what stands for the day on which a patient's oldest care falls out of the window."""
        return None if day is None else self._hash(_FALLS, day.isoformat().encode())

    def _hash(self, purpose: bytes, value: bytes, size: int = 32) -> str:
        return hashlib.blake2b(value, digest_size=size, key=self.secret, person=purpose).hexdigest()
