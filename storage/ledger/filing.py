"""What a ledger promises of documents that Verso makes itself, and of those that stand in a record for earlier ones."""

from typing import Protocol

from documents.document import Document, DocumentId
from documents.event import Event


class Filing(Protocol):
    """The part of `storage.ledger.interface.Ledger` that files what no feeder handed over, and knows its editions.

    `Document.supersedes` is a claim, `Document.superseded_by` what follows from it. Every method that brings a document
    to STORED or takes it from there (`move`, `reopen`, `erase`, `restore`, `file`, …) keeps them true in its own
    transaction, for both documents, with an event for each one that ceases to stand in its record or stands there
    again. A claim counts while both are stored, in the same record, and come from the same feeder; whoever reads finds
    the former or the latter, never both and never none.
    """

    def file(self, document: Document, event: Event) -> bool:
        """Record a document that Verso made and that rests filed already; it is no arrival and wants no work.

        Args:
            document: The document, stored, holding its objects.
            event: Who made it.

        Returns:
            False when its id is known: nothing is changed.
        """
        ...

    def owner(self, name: str) -> DocumentId | None:
        """Return the document that a unique name belongs to (`Ledger.own`); None where it is nobody's."""
        ...
