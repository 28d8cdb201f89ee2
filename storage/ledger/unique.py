"""Unique names: what its producer calls a document for ever belongs to the first that came under it."""

from sqlalchemy import select

from documents.document import DocumentId
from storage.ledger.schema import unique_names as table
from storage.ledger.transaction import Transaction


def own(transaction: Transaction, name: str, document: DocumentId) -> DocumentId:
    """Give a name to a document unless it belongs to one; return whose it is. See `Ledger.own`."""
    transaction.insert_new(table, [{"name": name, "document": document, "at": transaction.now}])
    return DocumentId(transaction.run(select(table.c.document).where(table.c.name == name)).scalar_one())


def owner(transaction: Transaction, name: str) -> DocumentId | None:
    """Return whose a name is. See `Filing.owner`."""
    found = transaction.run(select(table.c.document).where(table.c.name == name)).scalar_one_or_none()
    return None if found is None else DocumentId(found)
