"""The ledger in SQL: one implementation for SQLite and PostgreSQL, each method one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine

from documents.document import Document, DocumentId, PatientRef, SealedObject
from documents.event import Event, Passed
from documents.lane import Lane
from documents.stage import Stage
from documents.work import Claim, Part, Work
from storage.audit.scribe import Scribes, TrailKey
from storage.ledger import (
    admission,
    aliases,
    database,
    division,
    fan,
    leases,
    lookup,
    migration,
    progress,
    queueing,
    unique,
)
from storage.ledger.cleared import SqlClearing
from storage.ledger.filed import SqlFiling
from storage.ledger.followed import SqlFollowing
from storage.ledger.interface import Ledger, Listing
from storage.ledger.overseeing import SqlOversight
from storage.ledger.pulse import SqlVitals
from storage.ledger.renaming import Alias
from storage.ledger.restoring import PastArrival
from storage.ledger.scrubs import SqlScrubLog
from storage.ledger.session.interface import Purpose
from storage.ledger.trailing import SqlTrail
from storage.ledger.transaction import Transaction, session
from storage.nights.sql import WithSqlNights


def open_ledger(url: str, now: Callable[[], datetime], trail_key: TrailKey | None = None) -> "SqlLedger":
    """Return the ledger on a URL: ``sqlite:///file``, ``sqlite://`` (in memory) or ``postgresql+psycopg://``.

    A ledger in memory gets its schema at once; any other is migrated by `storage.ledger.migration.migrate`.

    Args:
        url: Where the database is.
        now: Tells the time, aware and in UTC.
        trail_key: Gives the key by which events are proven; without it they are not, and verifying finds them.

    Raises:
        LedgerUnavailable: The database's file cannot be made.
    """
    engine = database.open_engine(url)
    if database.in_memory(url):
        migration.migrate_engine(engine)
    return SqlLedger(engine, now, trail_key)


class SqlLedger(
    SqlVitals, SqlOversight, SqlFiling, SqlFollowing, SqlScrubLog, SqlTrail, SqlClearing, WithSqlNights, Ledger
):
    """See `Ledger` for what each method promises; its work is done by the modules beside this one."""

    def __init__(self, engine: Engine, now: Callable[[], datetime], trail_key: TrailKey | None = None) -> None:
        """Make the ledger on an engine from `storage.ledger.database`."""
        self._engine = engine
        self._now = now
        self._scribes = Scribes(trail_key)

    def close(self) -> None:
        """Close what connections are idle. The ledger can still be used: it opens others."""
        self._engine.dispose()

    def _reading(self) -> AbstractContextManager[Transaction]:
        return self._transaction(Purpose.READING)

    def _alone(self) -> AbstractContextManager[Transaction]:
        """Run a statement, or read by several that need not see the same moment."""
        return self._transaction(Purpose.ALONE)

    @contextmanager
    def _writing(self) -> Iterator[Transaction]:
        try:
            with self._transaction(Purpose.WRITING) as transaction:
                yield transaction
        except BaseException:
            self._scribes.retire()
            raise

    @contextmanager
    def _transaction(self, purpose: Purpose) -> Iterator[Transaction]:
        with database.translated(), session(self._engine, purpose) as opened:
            yield Transaction(session=opened, now=self._now(), scribes=self._scribes)

    def admit(self, document: Document, event: Event, sealed_name: bytes = b"") -> bool:
        """Record an arrival and, when it is new, the document."""
        with self._writing() as transaction:
            return admission.admit(transaction, document, event, sealed_name)

    def restore(self, document: Document, arrivals: Sequence[PastArrival], event: Event) -> bool:
        """Record a document that was found at rest."""
        with self._writing() as transaction:
            return admission.restore(transaction, document, arrivals, event)

    def document(self, document_id: DocumentId) -> Document:
        """Return a document with its objects."""
        with self._alone() as transaction:
            return lookup.document(transaction, document_id)

    def knows(self, document_ids: Iterable[DocumentId]) -> frozenset[DocumentId]:
        """Return those of the ids that are in the ledger."""
        with self._alone() as transaction:
            return lookup.known(transaction, document_ids)

    def own(self, name: str, document_id: DocumentId) -> DocumentId:
        """Give a unique name to a document unless one has it; return whose it is."""
        with self._writing() as transaction:
            return unique.own(transaction, name, document_id)

    def counts(self, feeder: str | None = None, batch: str | None = None) -> Mapping[Stage, int]:
        """Return how many documents are in each stage, none included."""
        with self._alone() as transaction:
            return lookup.counts(transaction, feeder, batch)

    def due(
        self, limit: int, resend_after: timedelta, lane: Lane | None = None, quota: int | None = None
    ) -> Sequence[Work]:
        """Return work whose time has come, each feeder's oldest first."""
        with self._reading() as transaction:
            return queueing.due(transaction, limit, resend_after, lane, quota)

    def sent(self, work: Sequence[Work], seen: datetime) -> None:
        """Note that messages for this work are on their way."""
        with self._writing() as transaction:
            leases.sent(transaction, work, seen)

    def claim(self, work: Work, owner: str, lease: timedelta) -> Claim | None:
        """Take a lease on a piece of work."""
        with self._alone() as transaction:
            found = leases.claim(transaction, work, owner, lease)
        if found is not None:
            return found
        with self._writing() as transaction:
            return leases.claim_lapsed(transaction, work, owner, lease)

    def renew(self, claim: Claim, lease: timedelta, pages: int | None = None) -> Claim:
        """Prolong a lease; tell how many pages have been read under it."""
        with self._writing() as transaction:
            return leases.renew(transaction, claim, lease, pages)

    def release(self, claim: Claim, due_at: datetime | None = None, waits_for: str | None = None) -> None:
        """Give work back undone."""
        with self._writing() as transaction:
            leases.release(transaction, claim, due_at, waits_for)

    def release_orphans(self, is_alive: Callable[[str], bool]) -> int:
        """Give back the work of owners that are known to be dead."""
        with self._writing() as transaction:
            return leases.release_orphans(transaction, is_alive)

    def move(self, claim: Claim, before: Document, after: Document, event: Event, passed: Passed = ()) -> Document:
        """Replace a document's row by compare-and-set."""
        with self._writing() as transaction:
            return progress.move(transaction, claim, before, after, event, passed)

    def divide(
        self, claim: Claim, before: Document, after: Document, children: Sequence[Document], event: Event
    ) -> Document:
        """Move a stack to its last stage and admit its pieces."""
        with self._writing() as transaction:
            return division.divide(transaction, claim, before, after, children, event)

    def join(self, before: Document, after: Document, event: Event) -> Document:
        """Withdraw a stack's pieces and put the stack back to work."""
        with self._writing() as transaction:
            return division.join(transaction, before, after, event)

    def children(self, parent: DocumentId) -> Sequence[Document]:
        """Return the pieces of a document, in the order of their pages."""
        with self._reading() as transaction:
            return lookup.children(transaction, parent)

    def fan_out(self, claim: Claim, document: Document, parts: Sequence[Part]) -> None:
        """Record the parts in which a document's pages are read."""
        with self._writing() as transaction:
            fan.fan_out(transaction, claim, document, parts)

    def part_done(self, claim: Claim, sealed: Sequence[SealedObject], seconds: float) -> int:
        """Record one part as read; return how many are still open."""
        with self._writing() as transaction:
            return fan.part_done(transaction, claim, sealed, seconds)

    def attempts(self, claim: Claim) -> int:
        """Return how many attempts at this work have failed at the present stage."""
        with self._reading() as transaction:
            return leases.attempts(transaction, claim)

    def failed(
        self, claim: Claim, code: str, retry_at: datetime | None, event: Event, release: str | None = None
    ) -> None:
        """Record a failed attempt and end the claim."""
        with self._writing() as transaction:
            progress.failed(transaction, claim, code, retry_at, event, release)

    def reopen(self, before: Document, after: Document, event: Event) -> Document:
        """Put a settled document back to work."""
        with self._writing() as transaction:
            return progress.reopen(transaction, before, after, event)

    def erase(self, before: Document, event: Event) -> Document:
        """End a document whose key is destroyed, and forget whose and what it was."""
        with self._writing() as transaction:
            return progress.erase(transaction, before, event)

    def rename(self, alias: Alias, event: Event) -> None:
        """Let a patient's number stand for another."""
        with self._writing() as transaction:
            aliases.rename(transaction, alias, event)

    def alias(self, patient: PatientRef) -> Alias | None:
        """Return the number that stands for another now."""
        with self._alone() as transaction:
            return aliases.find(transaction, patient)

    def former(self, patient: PatientRef) -> frozenset[PatientRef]:
        """Return the numbers for which another stands now."""
        with self._reading() as transaction:
            return aliases.former(transaction, patient)

    def check(self) -> None:
        """Prove that the database answers and its schema is the expected one."""
        with self._reading() as transaction:
            migration.expect_head(transaction.connection)

    def list(self, listing: Listing) -> Sequence[Document]:
        """Return a page of documents with their objects, newest first."""
        with self._reading() as transaction:
            return lookup.page(transaction, listing)
