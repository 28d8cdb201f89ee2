"""What those who handed documents over ask of a ledger: their batches, and how far all of it has got."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from documents.document import Document, DocumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalRecord:
    """One arrival of a batch, as the ledger keeps it."""

    document: DocumentId
    #: Whether the document was known before this arrival.
    duplicate: bool
    #: The file's name at the feeder, sealed.
    sealed_name: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRecord:
    """One batch of a feeder, as the ledger keeps it."""

    id: str
    #: When its first arrival was recorded.
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One arrival of a batch with what became of it."""

    batch: str
    arrival: ArrivalRecord
    document: Document
    #: Of a stack that was cut, its pieces and theirs in the order of the pages, what was withdrawn left out.
    pieces: tuple[Document, ...]


class Following(Protocol):
    """The part of a ledger that answers and pages of progress are made of."""

    def arrivals(self, feeder: str, batch: str) -> Sequence[ArrivalRecord]:
        """Return what arrived in a batch, in the order of arrival."""
        ...

    def batches(self, feeder: str, *, before: str | None = None, limit: int = 50) -> Sequence[BatchRecord]:
        """Return a page of a feeder's batches, newest first.

        Args:
            feeder: Whose.
            before: Only batches opened before this one (exclusive): the last of the page before.
            limit: At most this many.
        """
        ...

    def pages_read(self, document_ids: Iterable[DocumentId]) -> Mapping[DocumentId, int]:
        """Return how many pages of each document have been read so far, of those that are being worked on.

        What is at hand is told by its worker now and then, about once a second; the last of it when it rests.
        """
        ...

    def handed(self, feeder: str, batches: Collection[str]) -> Sequence[Handed]:
        """Return what arrived in some batches of a feeder with what became of it, in the order of arrival.

        However many there are, a handful of queries is made.
        """
        ...

    def mark(self, feeder: str, batch: str) -> str:
        """Return a word that is another as soon as anything about a batch has changed; by one query.

        Who follows a batch asks for this as often as they like, and for `handed` when it is another.
        """
        ...
