"""What the ledger's contract is tried with: a clock that obeys, documents, events, and the way through a lease."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from documents.action import Action
from documents.actor import Actor
from documents.document import Document, DocumentId, PatientRef, SealedObject
from documents.event import Event
from documents.role import Role
from documents.stage import Stage
from documents.work import Claim, Work
from storage.ledger.interface import Ledger

#: Makes one more instance over the same database, as another process would.
Reopen = Callable[[], Ledger]

LEASE = timedelta(minutes=2)
RESEND = timedelta(minutes=5)
NEVER = timedelta(days=365)
AFTER_LEASE = LEASE + timedelta(seconds=1)


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is told otherwise."""

    moment: datetime = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.moment += by


def sealed(role: Role, part: int = 0, revision: int = 1) -> SealedObject:
    """Return an object of a role."""
    return SealedObject(role=role, part=part, revision=revision, size=1234, digest=f"{role.value:02x}" * 32)


def received(
    clock: Clock, *, feeder: str = "hospital", batch: str | None = "b-1", patient: PatientRef | None = None
) -> Document:
    """Return a document as it stands on receipt."""
    return Document(
        id=DocumentId(uuid.uuid4().hex),
        feeder=feeder,
        batch=batch,
        stage=Stage.RECEIVED,
        size=200_000,
        received_at=clock(),
        changed_at=clock(),
        patient=patient,
        objects=(sealed(Role.ORIGINAL), sealed(Role.DECLARATION)),
    )


def event(document: Document, action: str = Action.MOVED, detail: str = "") -> Event:
    """Return an event about a document."""
    return Event(
        at=document.changed_at, actor=Actor.worker("a"), action=Action(action), document=document.id, detail=detail
    )


def admitted(ledger: Ledger, document: Document) -> Document:
    """Admit a document and return it as the ledger knows it."""
    assert ledger.admit(document, event(document, "received"))
    return ledger.document(document.id)


def claimed(ledger: Ledger, document: Document, part: int | None = None, owner: str = "a") -> Claim:
    """Take the lease on a document's work, which must be free."""
    claim = ledger.claim(Work(document=document.id, part=part), owner, LEASE)
    assert claim is not None
    return claim
