"""How a document moves on: every change is a compare-and-set, fenced by the claim under which it is made.

Locks are always taken in one order, the document's row first and its work's rows after, so that changes of one document
queue up and never deadlock. Handing out work (`storage.ledger.leases`) locks one row of work and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, func, not_, select, update

from documents.document import Document, DocumentId, SealedObject
from documents.errors import LeaseLost
from documents.event import Event
from documents.stage import WORKABLE, Stage
from documents.work import Claim, Part, Work
from storage.ledger import leases, rows, schema
from storage.ledger.transaction import Transaction


def move(transaction: Transaction, claim: Claim, before: Document, after: Document, event: Event) -> Document:
    """Replace a document's row and go on with its work or end it. See `Ledger.move`."""
    locked = _lock(transaction, before.id, before.version)
    moved = _advanced(transaction, before, after)
    if moved.stage in WORKABLE:
        leases.change(transaction, claim, attempts=0)
        fence = locked["fence"]
    else:
        leases.end(transaction, claim)
        fence = max(claim.fence, _retire(transaction, locked))
    _write(transaction, before, moved, event, fence)
    return moved


def reopen(transaction: Transaction, before: Document, after: Document, event: Event) -> Document:
    """Put a settled document back to work. See `Ledger.reopen`."""
    locked = _lock(transaction, before.id, before.version)
    moved = _advanced(transaction, before, after)
    fence = _retire(transaction, locked)
    _write(transaction, before, moved, event, fence)
    if moved.stage in WORKABLE:
        own = rows.work_row(Work(document=moved.id), due_at=transaction.now, fence=fence)
        transaction.connection.execute(schema.work.insert(), own)
    return moved


def fan_out(transaction: Transaction, claim: Claim, document: Document, parts: Sequence[Part]) -> None:
    """Record a document's parts and let its own work sleep until the last is done. See `Ledger.fan_out`."""
    locked = _lock(transaction, document.id, document.version)
    asleep = {"sleeping": True, "lease_owner": None, "due_at": transaction.now, "sent_at": None}
    leases.change(transaction, claim, **asleep)
    fence = _drop_other_parts(transaction, locked, parts)
    recorded = [_part_row(document.id, part) for part in parts]
    transaction.insert_new(schema.parts, recorded)
    opened = schema.parts.c
    open_numbers = select(opened.number).where(opened.document == document.id, not_(opened.done))
    todo = [
        rows.work_row(Work(document=document.id, part=number), due_at=transaction.now, fence=fence)
        for number in transaction.connection.execute(open_numbers).scalars()
    ]
    transaction.insert_new(schema.work, todo)
    _touch(transaction, document.id, fence=fence)
    if not todo:
        _wake(transaction, document.id)


def part_done(transaction: Transaction, claim: Claim, sealed: Sequence[SealedObject], seconds: float) -> int:
    """Record one part as read, and wake the document's own work after the last. See `Ledger.part_done`."""
    document, parts = claim.work.document, schema.parts
    locked = _lock(transaction, document)
    leases.end(transaction, claim)
    mine = and_(parts.c.document == document, parts.c.number == rows.part_number(claim.work))
    transaction.connection.execute(update(parts).where(mine).values(done=True))
    transaction.insert_new(schema.objects, rows.object_rows(document, sealed))
    _touch(transaction, document, seconds=locked["seconds"] + seconds, fence=max(locked["fence"], claim.fence))
    still_open = select(func.count()).where(parts.c.document == document, not_(parts.c.done))
    remaining = transaction.connection.execute(still_open).scalar_one()
    if remaining == 0:
        _wake(transaction, document)
    return remaining


def failed(transaction: Transaction, claim: Claim, code: str, retry_at: datetime | None, event: Event) -> None:
    """Record a failed attempt; let the work wait for its retry, or the document die. See `Ledger.failed`."""
    document = claim.work.document
    locked = _lock(transaction, document)
    count = claim.attempts + 1
    waiting = {"attempts": count, "lease_owner": None, "due_at": retry_at or transaction.now, "sent_at": None}
    leases.change(transaction, claim, **waiting)
    attempt = {
        "document": document,
        "part": rows.part_number(claim.work),
        "fence": claim.fence,
        "stage": locked["stage"],
        "at": transaction.now,
        "code": code,
        "owner": claim.owner,
    }
    transaction.connection.execute(schema.attempts.insert(), attempt)
    changes: dict[str, object] = {"attempts": max(locked["attempts"], count)}
    if retry_at is None:
        changes |= {"stage": Stage.DEAD.value, "died_in": locked["stage"], "reason": code}
        changes["fence"] = _retire(transaction, locked)
    _touch(transaction, document, **changes)
    transaction.connection.execute(schema.events.insert(), rows.event_row(event))


def _lock(transaction: Transaction, document: DocumentId, version: int | None = None) -> RowMapping:
    """Return a document's row, locked until the transaction ends.

    Raises:
        LeaseLost: There is no such row, or its version is another.
    """
    table = schema.documents
    found = transaction.connection.execute(select(table).where(table.c.id == document).with_for_update())
    row = found.mappings().first()
    if row is None or version not in {None, row["version"]}:
        raise LeaseLost(document)
    return row


def _advanced(transaction: Transaction, before: Document, after: Document) -> Document:
    return replace(after, version=before.version + 1, changed_at=transaction.now, attempts=0)


def _write(transaction: Transaction, before: Document, after: Document, event: Event, fence: int) -> None:
    table = schema.documents
    row = rows.document_row(after) | {"fence": fence}
    transaction.connection.execute(update(table).where(table.c.id == after.id).values(row))
    added = [sealed for sealed in after.objects if sealed not in before.objects]
    transaction.insert_new(schema.objects, rows.object_rows(after.id, added))
    transaction.connection.execute(schema.events.insert(), rows.event_row(event))


def _touch(transaction: Transaction, document: DocumentId, **changes: object) -> None:
    """Change some columns of a document's row, which makes it a new version."""
    table = schema.documents
    newer = {"version": table.c.version + 1, "changed_at": transaction.now}
    transaction.connection.execute(update(table).where(table.c.id == document).values(newer | changes))


def _retire(transaction: Transaction, locked: RowMapping, condition: ColumnElement[bool] | None = None) -> int:
    """Remove a document's work and return the highest fence that any of its work has had."""
    table = schema.work
    mine = table.c.document == locked["id"]
    gone = table.delete().where(mine if condition is None else and_(mine, condition)).returning(table.c.fence)
    fences: list[int] = [locked["fence"], *transaction.connection.execute(gone).scalars()]
    return max(fences)


def _drop_other_parts(transaction: Transaction, locked: RowMapping, parts: Sequence[Part]) -> int:
    """Forget recorded parts that cut the pages otherwise than these; return the fence for new work."""
    table = schema.parts
    wanted = {part.number: part for part in parts}
    found = transaction.connection.execute(select(table).where(table.c.document == locked["id"])).mappings()
    other = [row["number"] for row in found if not _cuts_alike(row, wanted)]
    transaction.connection.execute(
        table.delete().where(table.c.document == locked["id"], table.c.number.in_(other)),
    )
    return _retire(transaction, locked, schema.work.c.part.in_(other))


def _cuts_alike(row: RowMapping, wanted: Mapping[int, Part]) -> bool:
    part = wanted.get(row["number"])
    return part is not None and (part.first, part.last) == (row["first"], row["last"])


def _part_row(document: DocumentId, part: Part) -> dict[str, Any]:
    return {"document": document, "number": part.number, "first": part.first, "last": part.last, "done": False}


def _wake(transaction: Transaction, document: DocumentId) -> None:
    table = schema.work
    own = and_(table.c.document == document, table.c.part == schema.OWN_WORK)
    woken = {"sleeping": False, "due_at": transaction.now, "sent_at": None}
    transaction.connection.execute(update(table).where(own).values(woken))
