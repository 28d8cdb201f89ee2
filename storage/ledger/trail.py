"""The events of the trail: appended and read; the database itself refuses to alter or remove one."""

from sqlalchemy import select

from documents.document import DocumentId
from documents.event import Event
from storage.audit.entry import Entry
from storage.ledger import rows
from storage.ledger.schema import events as table
from storage.ledger.transaction import Transaction


def record(transaction: Transaction, *events: Event) -> None:
    """Write events in the hand of this thread's scribe. See `Trail.record`."""
    scribe = transaction.scribes.present
    transaction.insert(table, *(rows.entry_row(scribe.write(event)) for event in events))


def entries(transaction: Transaction, after: int, limit: int, document: DocumentId | None = None) -> list[Entry]:
    """Return entries in order. See `Trail.entries`."""
    wanted = select(table).where(table.c.id > after).order_by(table.c.id).limit(limit)
    if document is not None:
        wanted = wanted.where(table.c.document == document)
    return [rows.entry_from(row) for row in transaction.run(wanted).mappings()]


def events(transaction: Transaction, document: DocumentId) -> list[Event]:
    """Return a document's events, oldest first. See `Trail.events`."""
    found = select(table).where(table.c.document == document).order_by(table.c.id)
    return [rows.event_from(row) for row in transaction.run(found).mappings()]
