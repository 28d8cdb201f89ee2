"""Anchoring: binds what was written, and puts the end of the chain down in the object store."""

from datetime import datetime, timedelta
from typing import Final

from documents.errors import Tampered
from storage.audit.anchor import Anchor, digest_of
from storage.audit.interface import AnchorRecord, Trail
from storage.objects.interface import Objects

#: How long an anchor is locked, where the store has locks: as long as the law keeps a record after it is closed
#: (CSP L1111-18).
LOCKED: Final = timedelta(days=3653)


def anchor(trail: Trail, objects: Objects, key: bytes, now: datetime) -> AnchorRecord | None:
    """Chain what is committed and anchor the end. Twice, or by several at once, is safe.

    Returns:
        The newest anchor; None while nothing was ever written.

    Raises:
        Tampered: Another anchor rests under this one's name.
        Interrupted: Ledger or store failed.
    """
    trail.chain()
    end, before = trail.last_link(), trail.last_anchor()
    if end.number == 0 or (before is not None and before.link == end.number):
        return before
    made = Anchor(link=end.number, digest=end.digest, last=end.last, at=now, previous=before.digest if before else "")
    objects.put(made.name, made.to_bytes(key))
    content = objects.get(made.name)
    # Somebody may have been first, a moment ago or before a crash: theirs is as good, if it says the same.
    rests = Anchor.from_bytes(content, key, made.name)
    if (rests.digest, rests.last) != (made.digest, made.last):
        raise Tampered(made.name)
    objects.retain(made.name, now + LOCKED)
    record = AnchorRecord(link=rests.link, at=rests.at, digest=digest_of(content))
    trail.note_anchor(record)
    return record


def is_due(trail: Trail, every: timedelta, now: datetime) -> bool:
    """Tell whether the newest anchor is older than it may be, or there is none."""
    newest = trail.last_anchor()
    return newest is None or now - newest.at >= every
