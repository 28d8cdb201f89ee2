"""The audit trail in SQL: events are written and read, and what is committed is bound into the chain."""

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager

from documents.document import DocumentId
from documents.event import Event
from storage.audit.chain import Link
from storage.audit.entry import Entry
from storage.audit.interface import AnchorRecord, Trail
from storage.ledger import chaining, trail
from storage.ledger.transaction import Transaction


class SqlTrail(Trail):
    """The part of `storage.ledger.sql.SqlLedger` that keeps the trail."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Transaction]: ...

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Transaction]: ...

    def record(self, event: Event) -> None:
        """Write an event that changes no document."""
        with self._writing() as transaction:
            trail.record(transaction, event)

    def events(self, document_id: DocumentId) -> Sequence[Event]:
        """Return the events of a document, oldest first."""
        with self._reading() as transaction:
            return trail.events(transaction, document_id)

    def chain(self) -> int:
        """Bind what is committed into links of the chain."""
        with self._writing() as transaction:
            upto = chaining.committed(transaction)
        bound = 0
        while True:
            with self._writing() as transaction:
                added = chaining.extend(transaction, upto)
            if not added:
                return bound
            bound += added

    def entries(self, after: int, limit: int, document: DocumentId | None = None) -> Sequence[Entry]:
        """Return the entries that follow a place in the trail."""
        with self._reading() as transaction:
            return trail.entries(transaction, after, limit, document)

    def links(self, after: int, limit: int) -> Sequence[Link]:
        """Return the links that follow a number."""
        with self._reading() as transaction:
            return chaining.links(transaction, after, limit)

    def last_link(self) -> Link:
        """Return the end of the chain."""
        with self._reading() as transaction:
            return chaining.last_link(transaction)

    def note_anchor(self, anchor: AnchorRecord) -> None:
        """Remember an anchor."""
        with self._writing() as transaction:
            chaining.note_anchor(transaction, anchor)

    def anchors(self) -> Sequence[AnchorRecord]:
        """Return all anchors, oldest first."""
        with self._reading() as transaction:
            return chaining.anchors(transaction)

    def last_anchor(self) -> AnchorRecord | None:
        """Return the newest anchor."""
        with self._reading() as transaction:
            return chaining.last_anchor(transaction)
