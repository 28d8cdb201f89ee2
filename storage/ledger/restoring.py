"""What a lost ledger promises to take back: documents as they rest, and every time that each came."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from documents.document import Document
from documents.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PastArrival:
    """One time that a document came, as its sealed receipt tells."""

    batch: str | None
    at: datetime
    #: The file's name at the feeder, sealed.
    sealed_name: bytes = field(repr=False)


class Restoring(Protocol):
    """The part of `Ledger` that rebuilds it."""

    def restore(self, document: Document, arrivals: Sequence[PastArrival], event: Event) -> bool:
        """Record a document that was found at rest, after the ledger was lost, with its work and all its arrivals.

        Args:
            document: The document, holding its objects; its parent is known already, if it has one.
            arrivals: Every time that it came, the first one first; none for a piece of a stack.
            event: Who restores it.

        Returns:
            False when its id is known: nothing is changed.
        """
        ...
