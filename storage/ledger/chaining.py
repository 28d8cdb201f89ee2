"""Chaining: what is committed is bound into links, while writers of events wait for no more than a moment."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import RowMapping, func, select, text

from storage.audit.chain import MOST_ENTRIES, Link, next_link
from storage.audit.interface import AnchorRecord
from storage.ledger import schema
from storage.ledger.trail import entries
from storage.ledger.transaction import Transaction

#: PostgreSQL's name for "the trail is being chained".
_ADVISORY_LOCK: Final = 0x565452

#: Longest that writers of events may have to wait for each other at a barrier, in milliseconds.
_BARRIER_PATIENCE: Final = 1000

_LAST: Final = select(schema.links).order_by(schema.links.c.number.desc()).limit(1)
_LAST_ANCHOR: Final = select(schema.anchors).order_by(schema.anchors.c.link.desc()).limit(1)


def committed(transaction: Transaction) -> int:
    """Return the place of the last entry, once every entry up to there is committed or will never be.

    PostgreSQL numbers rows before they are committed, in no particular order. This lock is one that no writer of an
    event can hold at the same time, each takes it before its row is numbered, and it goes with this transaction: what
    has a number when it is granted is settled. Asking for it alone holds new writers up, for as long as those before
    them need, which is bounded.
    """
    if transaction.database == "postgresql":
        transaction.run(text(f"SET LOCAL lock_timeout = {_BARRIER_PATIENCE}"))
        transaction.run(text("LOCK TABLE events IN SHARE MODE"))
    return transaction.run(select(func.max(schema.events.c.id))).scalar() or 0


def extend(transaction: Transaction, upto: int) -> int:
    """Add the next link, of entries up to a place; return how many it holds, 0 where there is nothing to do."""
    if transaction.database == "postgresql" and not _alone(transaction):
        return 0
    previous = last_link(transaction)
    found = [entry for entry in entries(transaction, previous.last, MOST_ENTRIES) if (entry.id or 0) <= upto]
    if not found:
        return 0
    link = next_link(previous, found, transaction.now)
    row = {name: getattr(link, name) for name in ("number", "last", "count", "at", "digest")}
    transaction.insert(schema.links, row)
    return link.count


def _alone(transaction: Transaction) -> bool:
    taken: bool = transaction.run(text("SELECT pg_try_advisory_xact_lock(:lock)"), lock=_ADVISORY_LOCK).scalar_one()
    return taken


def links(transaction: Transaction, after: int, limit: int) -> Sequence[Link]:
    """Return links in order. See `Trail.links`."""
    table = schema.links
    wanted = select(table).where(table.c.number > after).order_by(table.c.number).limit(limit)
    return [_link_from(row) for row in transaction.run(wanted).mappings()]


def last_link(transaction: Transaction) -> Link:
    """Return the end of the chain. See `Trail.last_link`."""
    return _link_from(transaction.run(_LAST).mappings().one())


def note_anchor(transaction: Transaction, anchor: AnchorRecord) -> None:
    """Remember an anchor. See `Trail.note_anchor`."""
    row = {"link": anchor.link, "at": anchor.at, "digest": anchor.digest}
    transaction.insert_new(schema.anchors, [row])


def anchors(transaction: Transaction) -> Sequence[AnchorRecord]:
    """Return all anchors. See `Trail.anchors`."""
    table = schema.anchors
    return [_anchor_from(row) for row in transaction.run(select(table).order_by(table.c.link)).mappings()]


def last_anchor(transaction: Transaction) -> AnchorRecord | None:
    """Return the newest anchor. See `Trail.last_anchor`."""
    row = transaction.first(_LAST_ANCHOR)
    return None if row is None else _anchor_from(row)


def _link_from(row: RowMapping) -> Link:
    return Link(**{name: row[name] for name in ("number", "last", "count", "at", "digest")})


def _anchor_from(row: RowMapping) -> AnchorRecord:
    return AnchorRecord(link=row["link"], at=row["at"], digest=row["digest"])
