"""What an audit trail promises. Every ledger keeps one, and passes `tests/contracts/ledger_trail.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from documents.document import DocumentId
from documents.event import Event
from storage.audit.chain import Link
from storage.audit.entry import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorRecord:
    """What the ledger remembers of an anchor that rests in the object store."""

    #: Number of the link that it holds.
    link: int
    at: datetime
    #: SHA-256 of the anchor as it rests, hex.
    digest: str


class Trail(Protocol):
    """Events, in the order of writing: appended, never changed.

    Whatever changes a document writes its event in the same transaction: what cannot be told is not done.
    """

    def record(self, event: Event) -> None:
        """Write an event that changes no document (an unsealing, a refused access). Durable on return."""
        ...

    def events(self, document_id: DocumentId) -> Sequence[Event]:
        """Return the events of a document, oldest first."""
        ...

    def chain(self) -> int:
        """Bind all that is committed and not bound yet into links of the chain.

        Nobody who writes events waits for it longer than a moment. By many at once is safe: one does it.

        Returns:
            How many entries were bound.
        """
        ...

    def entries(self, after: int, limit: int, document: DocumentId | None = None) -> Sequence[Entry]:
        """Return the entries that follow a place in the trail, in order; a document's alone, where one is named."""
        ...

    def links(self, after: int, limit: int) -> Sequence[Link]:
        """Return the links that follow a number, in order; link 0 follows -1."""
        ...

    def last_link(self) -> Link:
        """Return the end of the chain."""
        ...

    def note_anchor(self, anchor: AnchorRecord) -> None:
        """Remember an anchor. Twice is safe: the first one counts."""
        ...

    def anchors(self) -> Sequence[AnchorRecord]:
        """Return all anchors, oldest first."""
        ...

    def last_anchor(self) -> AnchorRecord | None:
        """Return the newest anchor, or None where there is none yet."""
        ...
