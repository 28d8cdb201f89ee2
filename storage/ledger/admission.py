"""How a document enters the ledger: once, whatever number of times it arrives."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, tuple_

from documents.document import Document, DocumentId
from documents.event import Event
from documents.stage import WORKABLE
from storage.ledger import rows, schema, succession, trail
from storage.ledger.following import ArrivalRecord, BatchRecord
from storage.ledger.prepared import Row
from storage.ledger.restoring import PastArrival
from storage.ledger.transaction import Transaction


def admit(transaction: Transaction, document: Document, event: Event, sealed_name: bytes) -> bool:
    """Record an arrival and, when the document is new, everything that lets it be worked on. See `Ledger.admit`."""
    if document.batch is not None:
        batch = {"feeder": document.feeder, "id": document.batch, "opened_at": transaction.now}
        transaction.insert_new(schema.batches, [batch])
    new = enter(transaction, document, event)
    if not new:
        # What was sealed of this time that it came.
        transaction.insert_new(schema.objects, rows.object_rows(document.id, document.objects))
    arrival = {
        "feeder": document.feeder,
        "batch": document.batch,
        "document": document.id,
        "at": transaction.now,
        "duplicate": not new,
        "sealed_name": sealed_name,
    }
    transaction.insert(schema.arrivals, arrival)
    return new


def restore(transaction: Transaction, document: Document, arrivals: Sequence[PastArrival], event: Event) -> bool:
    """Record a document as it was found at rest. See `Ledger.restore`."""
    new = enter(transaction, document, event)
    if new:
        batches = {arrival.batch: arrival.at for arrival in reversed(arrivals) if arrival.batch is not None}
        rows_of_batches = [{"feeder": document.feeder, "id": name, "opened_at": at} for name, at in batches.items()]
        transaction.insert_new(schema.batches, rows_of_batches)
        for number, arrival in enumerate(arrivals):
            row = {
                "feeder": document.feeder,
                "batch": arrival.batch,
                "document": document.id,
                "at": arrival.at,
                "duplicate": number > 0,
                "sealed_name": arrival.sealed_name,
            }
            transaction.insert(schema.arrivals, row)
    return new


def enter(transaction: Transaction, document: Document, event: Event) -> bool:
    """Record a document with its objects, the event and its work; return whether it is new."""
    heir = succession.heir_in(succession.ask_heir(transaction, document))
    if heir != document.superseded_by:
        document = replace(document, superseded_by=heir)
    new = transaction.insert_new(schema.documents, [rows.document_row(document) | {"fence": 0}]).count == 1
    if new:
        _put_to_work(transaction, document, event)
        succession.hand_over(transaction, None, document, event)
    return new


def arrivals(transaction: Transaction, feeder: str, batch: str) -> Sequence[ArrivalRecord]:
    """Return what arrived in a batch. See `Ledger.arrivals`."""
    table = schema.arrivals
    query = select(table).where(table.c.feeder == feeder, table.c.batch == batch).order_by(table.c.at, table.c.id)
    return [arrival_from(row) for row in transaction.run(query).mappings()]


def arrival_from(row: Row) -> ArrivalRecord:
    """Return the arrival of a row."""
    return ArrivalRecord(
        document=DocumentId(row["document"]), duplicate=row["duplicate"], sealed_name=row["sealed_name"]
    )


def batches(transaction: Transaction, feeder: str, before: str | None, limit: int) -> Sequence[BatchRecord]:
    """Return a page of a feeder's batches, newest first. See `Ledger.batches`."""
    table = schema.batches
    wanted = select(table).where(table.c.feeder == feeder)
    if before is not None:
        position = select(table.c.opened_at, table.c.id).where(table.c.feeder == feeder, table.c.id == before)
        wanted = wanted.where(tuple_(table.c.opened_at, table.c.id) < position.scalar_subquery())
    found = transaction.run(wanted.order_by(table.c.opened_at.desc(), table.c.id.desc()).limit(limit))
    return [BatchRecord(id=row.id, opened_at=row.opened_at) for row in found]


def _put_to_work(transaction: Transaction, document: Document, event: Event) -> None:
    transaction.insert_new(schema.objects, rows.object_rows(document.id, document.objects))
    trail.record(transaction, event)
    if document.stage in WORKABLE:
        own = rows.work_row(document, due_at=transaction.now, fence=0)
        transaction.insert(schema.work, own)
