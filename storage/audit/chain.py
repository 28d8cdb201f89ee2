"""The chain: each link holds the digest of the one before and of the entries since, so that none changes unseen."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from storage.audit.entry import Entry, micros

_FORMAT: Final = b"verso link 1"

#: Most entries in one link: what is broken is named this closely, whoever has no key of the trail.
MOST_ENTRIES: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A run of entries, bound to all that were before."""

    #: Its place in the chain. Link 0 holds nothing: entries up to its last one were written before there was a chain.
    number: int
    #: Place of its last entry in the trail; its first is the one after the last of the link before.
    last: int
    #: How many entries it holds.
    count: int
    #: When it was made.
    at: datetime
    #: SHA-256 over the link before and its own entries, hex.
    digest: str


def next_link(previous: Link, entries: Sequence[Entry], at: datetime) -> Link:
    """Return the link that binds these entries, which are all that follow the link before, in order."""
    last = entries[-1].id or 0
    digest = link_digest(previous.digest, entries, number=previous.number + 1, last=last, at=at)
    return Link(number=previous.number + 1, last=last, count=len(entries), at=at, digest=digest)


def link_digest(previous: str, entries: Sequence[Entry], *, number: int, last: int, at: datetime) -> str:
    """Return the digest of a link, hex: see `docs/design.md`."""
    numbers = b"".join(value.to_bytes(8) for value in (number, last, len(entries), micros(at)))
    return hashlib.sha256(_FORMAT + bytes.fromhex(previous) + numbers + b"".join(e.digest for e in entries)).hexdigest()
