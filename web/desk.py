"""The desk behind every door: what a request works with, one set for each thread that serves."""

import threading
from typing import Final

from anyio import CapacityLimiter

from documents.action import Action
from documents.document import Document, DocumentId
from documents.errors import Refused, UnknownDocument, VersoError
from documents.event import Event
from documents.feeder import Feeder, FeederKind
from documents.role import Role
from feeders.upload import UploadRoom
from pipelines.services import Services
from pipelines.unsealing import unsealed
from storage.members.interface import Members
from verso.bootstrap import build_members, build_services, build_upload_room, now
from verso.settings import Settings
from verso.telemetry.interface import SILENT, Telemetry
from web.access.visitor import Visitor
from web.gathering import Basin
from web.patients import Patients
from web.problems import IntakePaused
from workers.admitting import Admission
from workers.submit import Counter, open_counter

#: Each takes four times its piece, for as long as it is being sealed and read back.
_SEALING_AT_ONCE: Final = 8


class Desk:
    """Gives requests what they need. Stores are used by one thread at a time, so each thread has its own."""

    def __init__(self, settings: Settings, telemetry: Telemetry = SILENT) -> None:
        """Remember the settings and who watches; open the register of members."""
        self._telemetry = telemetry
        self.settings = settings
        self.members: Members = build_members(settings)
        #: What files that are coming in have in memory.
        self.basin = Basin()
        #: Bounds how many of their pieces are being sealed at once: a thread each, so that others are left for pages.
        self.sealing = CapacityLimiter(_SEALING_AT_ONCE)
        #: Bounds how many files are whole in memory at once.
        self.receiving = CapacityLimiter(settings.receiving_at_once)
        #: The names of patients, for pages that name many.
        self.patients = Patients()
        self._own = threading.local()

    @property
    def counter(self) -> Counter:
        """Where this thread hands over, settles and sends back to work."""
        if not hasattr(self._own, "counter"):
            services = build_services(self.settings, self._telemetry)
            self._own.counter = open_counter(services, self.settings, self._telemetry)
        found: Counter = self._own.counter
        return found

    @property
    def services(self) -> Services:
        """What this thread's counter works with."""
        return self.counter.services

    def expect_room(self, feeder: Feeder) -> None:
        """Let a feeder hand something over, as its inbox would.

        Raises:
            IntakePaused: Much of theirs waits already, or room is short.
            LedgerUnavailable: It cannot be asked.
        """
        if not hasattr(self._own, "admission"):
            self._own.admission = Admission(settings=self.settings, ledger=self.services.ledger, now=now)
        if not self._own.admission.takes_from(feeder):
            raise IntakePaused

    @property
    def upload_room(self) -> UploadRoom:
        """Where this thread takes files in piece by piece."""
        if not hasattr(self._own, "room"):
            self._own.room = build_upload_room(self.settings, self.services.archive)
        found: UploadRoom = self._own.room
        return found

    def document_of(self, visitor: Visitor, document_id: str) -> Document:
        """Return a document of the feeder for which a visitor acts.

        What was made of an insurer's nights came in no batch: it is its patients', and the insurer never hears of it.

        Raises:
            UnknownDocument: There is none of this id, or it is another feeder's: the answer is the same.
        """
        document = self.services.ledger.document(DocumentId(document_id))
        made_here = document.batch is None and visitor.feeder.kind is FeederKind.INSURER
        if document.feeder != visitor.feeder.name or made_here:
            raise UnknownDocument(document_id)
        return document

    def unseal(self, visitor: Visitor, document: Document, role: Role, why: str) -> bytes:
        """Open an object of a document for a visitor; that they do, and on what ground, is on record first.

        Raises:
            LedgerUnavailable: It could not be put on record: nothing is opened.
            Missing: There is no such object.
            Tampered: What rests was altered.
            Interrupted: Store or keys failed.
        """
        sealed = document.required(role)
        archive = self.services.archive
        self.services.ledger.record(unsealed(document.id, role.slug, visitor.actor, why, now(), archive))
        return archive.open(document.id, sealed)

    def turn_away(self, visitor: Visitor, error: VersoError, document_id: str | None) -> None:
        """Write into the audit trail that a visitor was refused something.

        Args:
            visitor: Who asked.
            error: Why not.
            document_id: The document that they named, whosever it is.

        Raises:
            LedgerUnavailable: It could not be written.
        """
        action = Action.REFUSED if isinstance(error, Refused) else Action.DENIED
        named = DocumentId(document_id) if document_id else None
        self.services.ledger.record(
            Event(at=now(), actor=visitor.actor, action=action, document=named, detail=error.code)
        )

    def note(self, visitor: Visitor, document: Document, what: str) -> None:
        """Write into the audit trail what a visitor is about to see. What cannot be written is not shown.

        Raises:
            LedgerUnavailable: It could not be written.
        """
        self.services.ledger.record(
            Event(at=now(), actor=visitor.actor, action=Action.UNSEALED, document=document.id, detail=what)
        )
