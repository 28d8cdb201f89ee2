"""How work is handed out: what is due, who holds it, and until when."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, not_, select, tuple_, union_all, update

from documents.errors import LeaseLost
from documents.work import Claim, Part, Work
from storage.ledger import rows, schema
from storage.ledger.schema import work as table
from storage.ledger.transaction import Transaction

#: Code of an attempt that ended because its worker was never heard of again (P1: such attempts count, or a document
#: that kills its workers would be tried for ever).
WORKER_LOST = "worker-lost"

#: Pieces of work in one statement: far below what any database accepts as parameters.
_AT_ONCE = 500


def due(transaction: Transaction, limit: int, resend_after: timedelta) -> list[Work]:
    """Return work whose time has come. See `Ledger.due`."""
    ready = and_(not_(table.c.sleeping), table.c.due_at <= transaction.now)
    # Two queries for two indexes: among a million pieces already sent, those never sent are still found at once.
    unsent = _oldest(and_(ready, table.c.sent_at.is_(None)), table.c.due_at, limit)
    forgotten = and_(ready, table.c.sent_at.is_not(None), table.c.sent_at <= transaction.now - resend_after)
    resent = _oldest(forgotten, table.c.sent_at, limit)
    both = union_all(unsent, resent).subquery()
    oldest_first = select(both).order_by(both.c.due_at, both.c.document, both.c.part).limit(limit)
    return [rows.work_from(row) for row in transaction.connection.execute(oldest_first).mappings()]


def _oldest(condition: ColumnElement[bool], by: ColumnElement[datetime], limit: int) -> Select[Any]:
    wanted = select(table.c.document, table.c.part, table.c.due_at).where(condition).order_by(by).limit(limit)
    # SQLite takes no ORDER BY inside a UNION but as a sub-query of its own.
    return select(wanted.subquery())


def sent(transaction: Transaction, work: Sequence[Work]) -> None:
    """Note that messages for this work are on their way. See `Ledger.sent`."""
    keys = [(w.document, rows.part_number(w)) for w in work]
    for start in range(0, len(keys), _AT_ONCE):
        chosen = tuple_(table.c.document, table.c.part).in_(keys[start : start + _AT_ONCE])
        # Work that somebody is claiming this very moment needs no note; waiting for it could deadlock.
        free = select(table.c.document, table.c.part).where(chosen).with_for_update(skip_locked=True)
        found = [(row.document, row.part) for row in transaction.connection.execute(free)]
        if found:
            noted = update(table).where(tuple_(table.c.document, table.c.part).in_(found))
            transaction.connection.execute(noted.values(sent_at=transaction.now))


def claim(transaction: Transaction, work: Work, owner: str, lease: timedelta) -> Claim | None:
    """Take a lease on a piece of work. See `Ledger.claim`."""
    claimable = and_(_is(work), not_(table.c.sleeping), table.c.due_at <= transaction.now)
    found = transaction.connection.execute(select(table).where(claimable).with_for_update()).mappings().first()
    if found is None:
        return None
    lapsed = found["lease_owner"] is not None
    if lapsed:
        _count_lost(transaction, [found])
    taken = Claim(
        work=work,
        part=_part(transaction, work),
        fence=found["fence"] + 1,
        owner=owner,
        attempts=found["attempts"] + int(lapsed),
        until=transaction.now + lease,
    )
    held = update(table).where(_is(work)).values(lease_owner=owner, due_at=taken.until, sent_at=None)
    transaction.connection.execute(held.values(fence=taken.fence, attempts=taken.attempts))
    return taken


def _part(transaction: Transaction, work: Work) -> Part | None:
    if work.part is None:
        return None
    parts = schema.parts.c
    wanted = select(parts.number, parts.first, parts.last)
    row = transaction.connection.execute(
        wanted.where(parts.document == work.document, parts.number == work.part),
    ).one()
    return Part(number=row.number, first=row.first, last=row.last)


def renew(transaction: Transaction, claim: Claim, lease: timedelta) -> Claim:
    """Prolong a lease. See `Ledger.renew`."""
    until = transaction.now + lease
    change(transaction, claim, due_at=until)
    return replace(claim, until=until)


def release(transaction: Transaction, claim: Claim) -> None:
    """Give work back undone. See `Ledger.release`."""
    back = update(table).where(holds(claim))
    transaction.connection.execute(back.values(lease_owner=None, due_at=transaction.now, sent_at=None))


def release_orphans(transaction: Transaction, is_alive: Callable[[str], bool]) -> int:
    """Give back the work of dead owners. See `Ledger.release_orphans`."""
    owners = transaction.connection.execute(
        select(table.c.lease_owner).where(table.c.lease_owner.is_not(None)).distinct(),
    ).scalars()
    dead = [owner for owner in owners.all() if owner is not None and not is_alive(owner)]
    held = select(table).where(table.c.lease_owner.in_(dead)).with_for_update(skip_locked=True)
    orphans = transaction.connection.execute(held).mappings().all() if dead else []
    _count_lost(transaction, orphans)
    for orphan in orphans:
        freed = update(table).where(_is(rows.work_from(orphan))).values(lease_owner=None, due_at=transaction.now)
        transaction.connection.execute(freed.values(sent_at=None, attempts=table.c.attempts + 1))
    return len(orphans)


def next_retry(transaction: Transaction) -> datetime | None:
    """Return when the next piece of waiting work comes due. See `Ledger.next_retry`."""
    waiting = and_(
        table.c.lease_owner.is_(None),
        table.c.sent_at.is_(None),
        not_(table.c.sleeping),
        table.c.due_at > transaction.now,
    )
    soonest: datetime | None = transaction.connection.execute(select(func.min(table.c.due_at)).where(waiting)).scalar()
    return soonest


def holds(claim: Claim) -> ColumnElement[bool]:
    """Return the condition that a claim is still a right: its fence has not moved on, nor was it given up."""
    return and_(_is(claim.work), table.c.fence == claim.fence, table.c.lease_owner == claim.owner)


def change(transaction: Transaction, claim: Claim, **values: object) -> None:
    """Change the work that a claim holds.

    Raises:
        LeaseLost: It is held no longer.
    """
    if transaction.connection.execute(update(table).where(holds(claim)).values(**values)).rowcount != 1:
        raise LeaseLost(claim.work.document)


def end(transaction: Transaction, claim: Claim) -> None:
    """Remove the work that a claim holds: it is done.

    Raises:
        LeaseLost: It is held no longer.
    """
    if transaction.connection.execute(table.delete().where(holds(claim))).rowcount != 1:
        raise LeaseLost(claim.work.document)


def _is(work: Work) -> ColumnElement[bool]:
    return and_(table.c.document == work.document, table.c.part == rows.part_number(work))


def _count_lost(transaction: Transaction, lost: Sequence[RowMapping]) -> None:
    """Write into the history of attempts that the holders of these rows were lost."""
    for row in lost:
        stage = select(schema.documents.c.stage).where(schema.documents.c.id == row["document"])
        attempt = {
            "document": row["document"],
            "part": row["part"],
            "fence": row["fence"],
            "stage": transaction.connection.execute(stage).scalar_one(),
            "at": transaction.now,
            "code": WORKER_LOST,
            "owner": row["lease_owner"],
        }
        transaction.insert_new(schema.attempts, [attempt])
