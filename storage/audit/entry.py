"""An entry: an event as it rests in the trail, with what proves that Verso wrote it, in this order, and just so."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from documents.document import DocumentId

_FORMAT: Final = b"verso event 1"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the trail, in the words in which it was written: another release may know more of them."""

    #: Place in the trail: grows, with gaps where a transaction was given up. None before it is written.
    id: int | None = None
    at: datetime
    #: Role of the actor.
    role: str | None
    #: Identity of the actor.
    actor: str
    action: str
    document: DocumentId | None
    detail: str
    sealed_ground: bytes | None = field(repr=False)
    #: Which scribe wrote it: one thread of one process, from its start to its first failure.
    scribe: str | None
    #: Its number among that scribe's, from 0, without gaps.
    line: int | None
    #: HMAC-SHA256 of `signed` under the key of the trail.
    mac: bytes | None = field(default=None, repr=False)

    @property
    def signed(self) -> bytes:
        """What the MAC vouches for: every field in one unambiguous form (`docs/design.md`)."""
        line = None if self.line is None else str(self.line)
        whose = (self.scribe, line, str(micros(self.at)), self.role, self.actor)
        words = (*whose, self.action, self.document, self.detail)
        fields = [None if word is None else word.encode() for word in words]
        return b"".join([_FORMAT, *map(_framed, fields), _framed(self.sealed_ground)])

    @property
    def digest(self) -> bytes:
        """SHA-256 over all that rests of it: what the chain is made of."""
        return hashlib.sha256((self.id or 0).to_bytes(8) + self.signed + _framed(self.mac)).digest()

    def is_proven(self, key: bytes) -> bool:
        """Tell whether whoever wrote it had the key of the trail."""
        return self.mac is not None and hmac.compare_digest(self.mac, mac_of(self.signed, key))


def mac_of(signed: bytes, key: bytes) -> bytes:
    """Return the HMAC-SHA256 of bytes."""
    return hmac.digest(key, signed, "sha256")


def micros(at: datetime) -> int:
    """Return a moment as whole microseconds since 1970, UTC."""
    return (at - _EPOCH) // _MICROSECOND


def _framed(value: bytes | None) -> bytes:
    return b"\x00" if value is None else b"\x01" + len(value).to_bytes(4) + value
