"""How the pages of a document are read by several hands: fan-out into parts, fan-in by counting those still open."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import and_, bindparam, func, not_, select, update

from documents.document import Document, DocumentId, SealedObject
from documents.work import Claim, Part
from storage.ledger import leases, rows, schema
from storage.ledger.prepared import Prepared, Row
from storage.ledger.progress import lock, touch
from storage.ledger.schema import parts as table
from storage.ledger.transaction import Transaction

_OF_DOCUMENT: Final = table.c.document == bindparam("key")
_RECORDED: Final = Prepared(select(table).where(_OF_DOCUMENT))
_OPEN: Final = Prepared(select(table.c.number).where(_OF_DOCUMENT, not_(table.c.done)))
_STILL_OPEN: Final = select(func.count()).where(_OF_DOCUMENT, not_(table.c.done))
_DONE: Final = Prepared(update(table).where(_OF_DOCUMENT, table.c.number == bindparam("which")).values(done=True))
_OWN: Final = and_(schema.work.c.document == bindparam("key"), schema.work.c.part == schema.OWN_WORK)
_WOKEN: Final = Prepared(update(schema.work).where(_OWN))


def fan_out(transaction: Transaction, claim: Claim, document: Document, parts: Sequence[Part]) -> None:
    """Record a document's parts and let its own work sleep until the last is done. See `Ledger.fan_out`."""
    locked = lock(transaction, document.id, document.version)
    leases.free(transaction, claim, due_at=transaction.now, sleeping=True, claims=0)
    fence = _forget_other(transaction, locked, parts)
    transaction.insert_new(schema.parts, [_row(document.id, part) for part in parts])
    todo = [
        rows.work_row(document, open_part["number"], due_at=transaction.now, fence=fence)
        for open_part in transaction.rows(_OPEN, key=document.id)
    ]
    transaction.insert_new(schema.work, todo)
    touch(transaction, locked, fence=fence)
    if not todo:
        _wake(transaction, document.id)


def part_done(transaction: Transaction, claim: Claim, sealed: Sequence[SealedObject], seconds: float) -> int:
    """Record one part as read, and wake the document's own work after the last. See `Ledger.part_done`."""
    document = claim.work.document
    locked = lock(transaction, document)
    leases.end(transaction, claim)
    transaction.change(_DONE, key=document, which=rows.part_number(claim.work))
    transaction.insert_new(schema.objects, rows.object_rows(document, sealed))
    touch(transaction, locked, seconds=locked["seconds"] + seconds, fence=max(locked["fence"], claim.fence))
    still_open: int = transaction.run(_STILL_OPEN, key=document).scalar_one()
    if still_open == 0:
        _wake(transaction, document)
    return still_open


def pages_read(transaction: Transaction, documents: Iterable[DocumentId]) -> Mapping[DocumentId, int]:
    """Return how many pages of each document have been read. See `Ledger.pages_read`."""
    wanted = list(documents)
    done = select(table.c.document, (table.c.last - table.c.first + 1).label("pages"))
    # What is being read right now, as far as its worker has told.
    at_hand = select(schema.work.c.document, schema.work.c.pages).where(schema.work.c.document.in_(wanted))
    read = done.where(table.c.document.in_(wanted), table.c.done).union_all(at_hand).subquery()
    query = select(read.c.document, func.sum(read.c.pages).label("pages")).group_by(read.c.document)
    return {DocumentId(row.document): int(row.pages) for row in transaction.run(query)}


def _row(document: DocumentId, part: Part) -> dict[str, object]:
    return {"document": document, "number": part.number, "first": part.first, "last": part.last, "done": False}


def _forget_other(transaction: Transaction, locked: Row, parts: Sequence[Part]) -> int:
    """Forget recorded parts that cut the pages otherwise than these; return the fence for new work."""
    wanted = {part.number: part for part in parts}
    recorded = transaction.rows(_RECORDED, key=locked["id"])
    other = [row["number"] for row in recorded if not _cuts_alike(row, wanted)]
    fences: list[int] = [locked["fence"]]
    if other:
        transaction.run(table.delete().where(table.c.document == locked["id"], table.c.number.in_(other)))
        work = schema.work
        gone = work.delete().where(work.c.document == locked["id"], work.c.part.in_(other))
        fences += transaction.run(gone.returning(work.c.fence)).scalars()
    return max(fences)


def _cuts_alike(row: Row, wanted: Mapping[int, Part]) -> bool:
    part = wanted.get(row["number"])
    return part is not None and (part.first, part.last) == (row["first"], row["last"])


def _wake(transaction: Transaction, document: DocumentId) -> None:
    transaction.change(_WOKEN, key=document, sleeping=False, due_at=transaction.now, sent_at=None)
