"""How documents are looked up, listed and counted: by key, by keyset and by index, never by offset, never with text."""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import ColumnElement, bindparam, func, literal, select, tuple_

from documents.document import Document, DocumentId
from documents.errors import UnknownDocument
from documents.stage import Stage
from storage.ledger import rows
from storage.ledger.instant import Instant
from storage.ledger.interface import Listing
from storage.ledger.prepared import Prepared
from storage.ledger.schema import documents as table
from storage.ledger.session.interface import Reply
from storage.ledger.transaction import Transaction

#: Ids in one statement: far below what any database accepts as parameters.
_AT_ONCE = 1000

_THIS: Final = Prepared(rows.WITH_OBJECTS.where(table.c.id == bindparam("key")))
_KNOWN: Final = Prepared(select(table.c.id).where(table.c.id == bindparam("key")))
_KNOWN_AMONG: Final = select(table.c.id).where(table.c.id.in_(bindparam("keys", expanding=True)))


def document(transaction: Transaction, document_id: DocumentId) -> Document:
    """Return a document with its objects. See `Ledger.document`."""
    return document_in(ask_document(transaction, document_id), document_id)


def ask_document(transaction: Transaction, document_id: DocumentId) -> Reply:
    """Ask for a document with its objects; `document_in` reads the reply."""
    return transaction.ask(_THIS, key=document_id)


def document_in(reply: Reply, document_id: DocumentId) -> Document:
    """Return the document that was asked for.

    Raises:
        UnknownDocument: There is none.
    """
    found = reply.rows
    if not found:
        raise UnknownDocument(document_id)
    return rows.document_from(found)


def known(transaction: Transaction, document_ids: Iterable[DocumentId]) -> frozenset[DocumentId]:
    """Return those ids that are in the ledger. See `Ledger.knows`."""
    wanted = sorted(set(document_ids))
    if len(wanted) == 1:
        # What every arrival asks.
        return frozenset(DocumentId(row["id"]) for row in transaction.rows(_KNOWN, key=wanted[0]))
    found: set[DocumentId] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        some = transaction.run(_KNOWN_AMONG, keys=wanted[start : start + _AT_ONCE])
        found.update(DocumentId(value) for value in some.scalars())
    return frozenset(found)


def page(transaction: Transaction, listing: Listing) -> list[Document]:
    """Return one page of documents, newest first. See `Ledger.list`.

    Raises:
        UnknownDocument: The page is to follow a document that there is not.
    """
    conditions = _filters(listing)
    if listing.after is not None:
        conditions.append(_before(transaction, listing.after))
    newest_first = select(table).where(*conditions).order_by(table.c.received_at.desc(), table.c.id.desc())
    found = transaction.run(newest_first.limit(listing.limit)).mappings().all()
    return rows.documents_from(transaction, found)


def children(transaction: Transaction, parent: DocumentId) -> list[Document]:
    """Return the pieces of a document, in the order of their pages. See `Ledger.children`."""
    found = transaction.run(select(table).where(table.c.parent == parent).order_by(table.c.first_page)).mappings().all()
    return rows.documents_from(transaction, found)


def _filters(listing: Listing) -> list[ColumnElement[bool]]:
    wanted = {
        table.c.stage: listing.stage.value if listing.stage else None,
        table.c.feeder: listing.feeder,
        table.c.batch: listing.batch,
        table.c.patient: listing.patient,
    }
    found = [column == value for column, value in wanted.items() if value is not None]
    return [*found, table.c.superseded_by.is_(None)] if listing.current else found


def _before(transaction: Transaction, last: DocumentId) -> ColumnElement[bool]:
    position = select(table.c.received_at, table.c.id).where(table.c.id == last)
    found = transaction.run(position).first()
    if found is None:
        raise UnknownDocument(last)
    # A tuple does not lend its columns' types to the values that it is compared with.
    return tuple_(table.c.received_at, table.c.id) < tuple_(literal(found.received_at, Instant()), found.id)


def counts(transaction: Transaction, feeder: str | None, batch: str | None) -> Mapping[Stage, int]:
    """Return how many documents are in each stage, none included. See `Ledger.counts`."""
    conditions = _filters(Listing(feeder=feeder, batch=batch))
    tally = select(table.c.stage, func.count().label("number")).where(*conditions).group_by(table.c.stage)
    found = {row.stage: row.number for row in transaction.run(tally)}
    return {stage: found.get(stage.value, 0) for stage in Stage}
