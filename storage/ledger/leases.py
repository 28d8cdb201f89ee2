"""How work is handed out: what is due, who holds it, and until when."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import (
    and_,
    bindparam,
    case,
    func,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from documents.errors import LeaseLost
from documents.work import Claim, Part, Work
from storage.ledger import lookup, rows, schema
from storage.ledger.instant import Instant
from storage.ledger.prepared import Prepared, Row
from storage.ledger.schema import work as table
from storage.ledger.transaction import Transaction

#: Code of an attempt that ended because its worker was never heard of again (P1: such attempts count, or a document
#: that kills its workers would be tried for ever).
WORKER_LOST: Final = "worker-lost"

#: Pieces of work in one statement: far below what any database accepts as parameters.
_AT_ONCE: Final = 500

_THIS: Final = and_(table.c.document == bindparam("key"), table.c.part == bindparam("which"))
_READY: Final = and_(not_(table.c.sleeping), table.c.due_at <= bindparam("now", type_=Instant()))
_TAKEN: Final = Prepared(
    update(table)
    .where(_THIS, _READY, table.c.lease_owner.is_(None))
    .values(
        lease_owner=bindparam("owner"),
        fence=table.c.fence + 1,
        claims=table.c.claims + 1,
        due_at=bindparam("until", type_=Instant()),
        sent_at=None,
        waits_for=None,
        pages=0,
    )
    .returning(table.c.fence, table.c.attempts, table.c.claims)
)
_LAPSED: Final = Prepared(select(table).where(_THIS, _READY, table.c.lease_owner.is_not(None)).with_for_update())
_CHANGED: Final = Prepared(update(table).where(_THIS))
_HELD: Final = and_(_THIS, table.c.fence == bindparam("held_under"), table.c.lease_owner == bindparam("held_by"))
_HELD_CHANGED: Final = Prepared(update(table).where(_HELD))
_UNCLAIMED: Final = case((table.c.claims > 0, table.c.claims - 1), else_=0)
_RELEASED: Final = Prepared(update(table).where(_HELD).values(claims=_UNCLAIMED, pages=0))
_HELD_ENDED: Final = Prepared(table.delete().where(_HELD))
_ATTEMPTS: Final = Prepared(select(table.c.attempts).where(_HELD))
_PART: Final = Prepared(
    select(schema.parts.c.number, schema.parts.c.first, schema.parts.c.last).where(
        schema.parts.c.document == bindparam("key"),
        schema.parts.c.number == bindparam("which"),
    )
)


def sent(transaction: Transaction, work: Sequence[Work], seen: datetime) -> None:
    """Note that messages for this work are on their way. See `Ledger.sent`."""
    # Whatever happened to work since it was seen, a claim above all, gave it another time to be due or to be sent.
    unchanged = and_(table.c.due_at <= seen, or_(table.c.sent_at.is_(None), table.c.sent_at < seen))
    keys = [(w.document, rows.part_number(w)) for w in work]
    for start in range(0, len(keys), _AT_ONCE):
        chosen = tuple_(table.c.document, table.c.part).in_(keys[start : start + _AT_ONCE])
        # Work that somebody is claiming this very moment needs no note; waiting for it could deadlock.
        free = select(table.c.document, table.c.part).where(chosen, unchanged).with_for_update(skip_locked=True)
        found = [(row.document, row.part) for row in transaction.run(free)]
        noted = update(table).where(tuple_(table.c.document, table.c.part).in_(found))
        transaction.run(noted, sent_at=transaction.now)


def claim(transaction: Transaction, work: Work, owner: str, lease: timedelta) -> Claim | None:
    """Take a lease on work that nobody holds, if its time has come, and read its document. See `Ledger.claim`."""
    until = transaction.now + lease
    taken = transaction.change(_TAKEN, **_key(work), owner=owner, until=until, now=transaction.now)
    asked = lookup.ask_document(transaction, work.document)
    part = _part(transaction, work)
    if not taken.rows:
        return None
    document = lookup.document_in(asked, work.document)
    return Claim(work=work, part=part, owner=owner, until=until, document=document, **taken.rows[0])


def claim_lapsed(transaction: Transaction, work: Work, owner: str, lease: timedelta) -> Claim | None:
    """Take a lease on a piece of work whose holder has fallen silent, if there is one. See `Ledger.claim`."""
    return claim(transaction, work, owner, lease) if _lapsed(transaction, work) else None


def _lapsed(transaction: Transaction, work: Work) -> bool:
    """Take a piece of work from an owner that has fallen silent; return whether there was one."""
    lost = transaction.row(_LAPSED, **_key(work), now=transaction.now)
    if lost is not None:
        _count_lost(transaction, lost)
        transaction.change(_CHANGED, **_key(work), lease_owner=None, attempts=lost["attempts"] + 1)
    return lost is not None


def _part(transaction: Transaction, work: Work) -> Part | None:
    row = None if work.part is None else transaction.row(_PART, **_key(work))
    return None if row is None else Part(number=row["number"], first=row["first"], last=row["last"])


def renew(transaction: Transaction, claim: Claim, lease: timedelta, pages: int | None) -> Claim:
    """Prolong a lease. See `Ledger.renew`."""
    until = transaction.now + lease
    read = {} if pages is None else {"pages": pages}
    change(transaction, claim, due_at=until, **read)
    return replace(claim, until=until)


def release(transaction: Transaction, claim: Claim, due_at: datetime | None, waits_for: str | None) -> None:
    """Give work back undone. See `Ledger.release`."""
    back = {"lease_owner": None, "due_at": due_at or transaction.now, "sent_at": None, "waits_for": waits_for}
    transaction.change(_RELEASED, **_right(claim), **back)


def release_orphans(transaction: Transaction, is_alive: Callable[[str], bool]) -> int:
    """Give back the work of dead owners. See `Ledger.release_orphans`."""
    holders = select(table.c.lease_owner).where(table.c.lease_owner.is_not(None)).distinct()
    dead = [owner for owner in transaction.run(holders).scalars().all() if not is_alive(owner)]
    held = select(table).where(table.c.lease_owner.in_(dead)).with_for_update(skip_locked=True)
    orphans = transaction.run(held).mappings().all()
    for orphan in orphans:
        _count_lost(transaction, orphan)
        freed = {"lease_owner": None, "due_at": transaction.now, "sent_at": None, "pages": 0}
        counted = {"attempts": orphan["attempts"] + 1}
        transaction.change(_CHANGED, key=orphan["document"], which=orphan["part"], **freed, **counted)
    return len(orphans)


def next_retry(transaction: Transaction) -> datetime | None:
    """Return when the next piece of waiting work comes due. See `Ledger.next_retry`."""
    waiting = and_(
        table.c.lease_owner.is_(None),
        table.c.sent_at.is_(None),
        not_(table.c.sleeping),
        table.c.due_at > transaction.now,
    )
    soonest: datetime | None = transaction.run(select(func.min(table.c.due_at)).where(waiting)).scalar()
    return soonest


def attempts(transaction: Transaction, claim: Claim) -> int:
    """Return how many attempts at the present stage have failed. See `Ledger.attempts`.

    Raises:
        LeaseLost: As for `change`.
    """
    found = transaction.row(_ATTEMPTS, **_right(claim))
    if found is None:
        raise LeaseLost(claim.work.document)
    count: int = found["attempts"]
    return count


def change(transaction: Transaction, claim: Claim, **values: object) -> None:
    """Change the work that a claim holds.

    Raises:
        LeaseLost: It is held no longer: the fence has moved on, or the claim was given up.
    """
    transaction.require(_HELD_CHANGED, LeaseLost(claim.work.document), **_right(claim), **values)


def free(transaction: Transaction, claim: Claim, due_at: datetime, **values: object) -> None:
    """End a claim and leave its work for whoever comes, from a moment on.

    Raises:
        LeaseLost: As for `change`.
    """
    change(transaction, claim, lease_owner=None, due_at=due_at, sent_at=None, pages=0, **values)


def end(transaction: Transaction, claim: Claim) -> None:
    """Remove the work that a claim holds: it is done.

    Raises:
        LeaseLost: As for `change`.
    """
    transaction.require(_HELD_ENDED, LeaseLost(claim.work.document), **_right(claim))


def _key(work: Work) -> dict[str, object]:
    return {"key": work.document, "which": rows.part_number(work)}


def _right(claim: Claim) -> dict[str, object]:
    return {**_key(claim.work), "held_under": claim.fence, "held_by": claim.owner}


def _count_lost(transaction: Transaction, lost: Row) -> None:
    """Write into the history of attempts that the holder of a row of work was lost."""
    stage = select(schema.documents.c.stage).where(schema.documents.c.id == lost["document"])
    attempt = {
        "document": lost["document"],
        "part": lost["part"],
        "fence": lost["fence"],
        "stage": transaction.run(stage).scalar_one(),
        "at": transaction.now,
        "code": WORKER_LOST,
        "owner": lost["lease_owner"],
    }
    transaction.insert_new(schema.attempts, [attempt])
