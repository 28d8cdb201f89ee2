"""What a ledger promises. Every back end passes `tests/contracts/ledger.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from documents.document import Document, DocumentId, PatientRef, SealedObject
from documents.event import Event, Passed
from documents.lane import Lane
from documents.stage import Stage
from documents.work import Claim, Part, Work
from storage.audit.interface import Trail
from storage.ledger.filing import Filing
from storage.ledger.following import Following
from storage.ledger.oversight import Oversight
from storage.ledger.renaming import Renaming
from storage.ledger.restoring import Restoring
from storage.nights.interface import WithNights
from storage.scrubbing.interface import ScrubLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which documents to list, and from where on. Newest first, by keyset, never by offset."""

    stage: Stage | None = None
    feeder: str | None = None
    batch: str | None = None
    patient: PatientRef | None = None
    #: Only what stands in a record itself, not what another document stands for.
    current: bool = False
    #: Only documents received before this one (exclusive): the last of the page before.
    after: DocumentId | None = None
    #: At most this many.
    limit: int = 50


class Ledger(Oversight, Following, Filing, Renaming, Restoring, Trail, ScrubLog, WithNights, Protocol):
    """The truth about work, its audit trail, and its signs of life.

    Every method is one transaction: durable on return, or not done at all. Safe from many processes and threads at
    once. Failures of the database raise `documents.errors.LedgerUnavailable`; foreign errors never pass. Times are
    aware and in UTC. Nothing given to a ledger contains health data in clear beyond the codes needed for work.

    Work: each document in a workable stage has exactly one piece of work ``advance`` (`Work.part` is None); while its
    pages are fanned out, that piece sleeps and each unread part has a piece of its own. A piece of work is *due*, then
    *sent* (a message is on its way), then *claimed* (a worker holds a lease), then gone. The broker may lose, double
    or delay any message: `due` gives the same work again until it is done.
    """

    def admit(self, document: Document, event: Event, sealed_name: bytes = b"") -> bool:
        """Record a received document, its objects, the arrival, the event, and the work to advance it.

        Args:
            document: The document, holding its first objects.
            event: Who handed it over.
            sealed_name: The file's name at the feeder, sealed, for the answer to its batch.

        Returns:
            True when it is new; False when its id is known: then its objects here and the arrival alone are recorded.
        """
        ...

    def document(self, document_id: DocumentId) -> Document:
        """Return a document with its objects.

        Raises:
            UnknownDocument: There is none.
        """
        ...

    def knows(self, document_ids: Iterable[DocumentId]) -> frozenset[DocumentId]:
        """Return those of the ids that are in the ledger."""
        ...

    def own(self, name: str, document_id: DocumentId) -> DocumentId:
        """Give a unique name to a document, unless one has it; the first one keeps it, however many ask at once.

        Args:
            name: Keyed hash of what its producer calls the document.
            document_id: A document of the ledger.

        Returns:
            Whose name it is: this document's, or the one's that came first.
        """
        ...

    def list(self, listing: Listing) -> Sequence[Document]:
        """Return a page of documents with their objects, newest first."""
        ...

    def counts(self, feeder: str | None = None, batch: str | None = None) -> Mapping[Stage, int]:
        """Return how many documents are in each stage."""
        ...

    def due(
        self, limit: int, resend_after: timedelta, lane: Lane | None = None, quota: int | None = None
    ) -> Sequence[Work]:
        """Return work whose time has come: never sent, or sent longer than ``resend_after`` ago, and not leased.

        Oldest first of each feeder, and the feeders in turn. Work that is waiting for a retry is left out until its
        time.

        Args:
            limit: At most this many.
            resend_after: How long a message may have been on its way.
            lane: Only work of this lane; of all when None.
            quota: Of each feeder only so much that no more than this is on its way in a lane; no bound when None.
        """
        ...

    def sent(self, work: Sequence[Work], seen: datetime) -> None:
        """Note that messages for this work are on their way. Twice is safe, and so is too late.

        Args:
            work: What was found due.
            seen: A moment no later than when it was. Work that has been claimed, given back, or sent by another since
                is left as it is: a late note must not put off its retry.
        """
        ...

    def claim(self, work: Work, owner: str, lease: timedelta) -> Claim | None:
        """Take a lease on a piece of work.

        Returns:
            None when the work is gone, is not due yet, or somebody holds a living lease on it.
        """
        ...

    def renew(self, claim: Claim, lease: timedelta, pages: int | None = None) -> Claim:
        """Prolong a lease; given how many pages of the work have been read under it, let `Following` tell of them.

        Raises:
            LeaseLost: Somebody else holds it now, or the work is gone.
        """
        ...

    def release(self, claim: Claim, due_at: datetime | None = None, waits_for: str | None = None) -> None:
        """Give work back undone, counted neither as an attempt nor as a claim. Safe when the lease is lost.

        Args:
            claim: The work.
            due_at: From when on it may be claimed again; None for at once.
            waits_for: Code of the outage that it waits out, for `Oversight.waiting`; forgotten at the next claim.
        """
        ...

    def release_orphans(self, is_alive: Callable[[str], bool]) -> int:
        """Give back the work of owners that are known to be dead.

        Args:
            is_alive: Tells of an owner whether it may still live; True when that cannot be known from here.

        Returns:
            How many pieces of work were given back.
        """
        ...

    def move(self, claim: Claim, before: Document, after: Document, event: Event, passed: Passed = ()) -> Document:
        """Replace a document's row by compare-and-set, record its new objects and the event; before it, what it passed.

        ``attempts`` starts again at 0. When ``after`` is in a workable stage the claim lives on, else its work is done.

        Returns:
            ``after`` with its new version and time.

        Raises:
            LeaseLost: The fence or the version has moved on. Nothing is changed.
            WrongStage: No way leads from its stage to that of ``after`` (`documents.stage.SUCCESSORS`).
        """
        ...

    def divide(
        self, claim: Claim, before: Document, after: Document, children: Sequence[Document], event: Event
    ) -> Document:
        """Do as `move`, and in the same transaction admit the pieces into which a document was cut.

        Each child is recorded with its objects, an event ``cut`` that names its parent, and its work, due at once.
        Children are no arrivals: no feeder handed them over. A child whose id is known stays as it is.

        Raises:
            LeaseLost: As for `move`. No child is admitted.
        """
        ...

    def join(self, before: Document, after: Document, event: Event) -> Document:
        """Do as `reopen` with a split stack, and in the same transaction withdraw its pieces with their work.

        Each piece is recorded with an event ``withdrawn`` that names its parent.

        Raises:
            WrongStage: A piece is stored, or was split itself. Nothing is changed.
            LeaseLost: The version has moved on. Nothing is changed.
        """
        ...

    def children(self, parent: DocumentId) -> Sequence[Document]:
        """Return the pieces of a document with their objects, in the order of their pages; none where it is whole."""
        ...

    def fan_out(self, claim: Claim, document: Document, parts: Sequence[Part]) -> None:
        """Record the parts in which a document's pages are read; its own work sleeps until the last one is done.

        Parts that are done already stay done: calling twice is safe. The claim ends.

        Raises:
            LeaseLost: As for `move`.
        """
        ...

    def part_done(self, claim: Claim, sealed: Sequence[SealedObject], seconds: float) -> int:
        """Record one part's objects and end its work; the last one wakes the document's own work, due at once.

        Returns:
            How many parts are still open.

        Raises:
            LeaseLost: As for `move`.
        """
        ...

    def attempts(self, claim: Claim) -> int:
        """Return how many attempts at this work have failed at the document's present stage.

        A claim knows only those from before it was made, and lives through several stages.

        Raises:
            LeaseLost: As for `move`.
        """
        ...

    def failed(
        self, claim: Claim, code: str, retry_at: datetime | None, event: Event, release: str | None = None
    ) -> None:
        """Record a failed attempt and end the claim.

        Args:
            claim: The work that failed.
            code: Code of the error.
            retry_at: When to try again; None when every attempt is used up: the document, with all its work, is dead.
            event: What to write in the audit trail.
            release: With what it was made: release, model, engine.

        Raises:
            LeaseLost: As for `move`.
        """
        ...

    def reopen(self, before: Document, after: Document, event: Event) -> Document:
        """Put a settled document back to work: after a person's settlement, or a replay. Its work is due at once.

        At a new revision nothing counts as read: parts that were done are forgotten.

        Raises:
            WrongStage: As for `move`.
            LeaseLost: The version has moved on. Nothing is changed.
        """
        ...

    def erase(self, before: Document, event: Event) -> Document:
        """End a document whose key is destroyed: with all its work, from any stage, for good.

        Patient, type and theme are forgotten; what rested of it stays listed, for the certificate. Claims on it are
        worth nothing any more.

        Raises:
            LeaseLost: The version has moved on. Nothing is changed.
        """
        ...

    def check(self) -> None:
        """Prove that the database answers and its schema is the expected one.

        Raises:
            LedgerUnavailable: It does not answer.
            WrongSetting: Its schema is another; run `verso migrate`.
        """
        ...
