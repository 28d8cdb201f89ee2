"""Performing: one piece of due work is claimed, done step by step, and its outcome written to the ledger."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from documents.action import Action
from documents.actor import Actor
from documents.document import Document
from documents.errors import LeaseLost, LedgerUnavailable, NightWaits, Refused, VersoError, WrongSetting
from documents.event import Event
from documents.stage import WORKABLE, Stage
from documents.work import Claim, Part, Work
from pipelines.ingestion import STEPS
from pipelines.parting import do_part, open_parts
from pipelines.services import Services
from pipelines.split.pieces import as_stack, pieces_of
from storage.unsent import Overtaken
from verso.telemetry.interface import SILENT, Act, Telemetry
from workers.breaking import Breakers
from workers.heartbeat import kept_alive
from workers.retrying import Patience, code_of, is_host_fault
from workers.way import Way

_log = structlog.get_logger(__name__)

#: Code of a document that was claimed too often without ever getting on: it may be what kills its workers.
CLAIMED_TOO_OFTEN = "claimed-too-often"

#: Seconds between two tries to give work back to a ledger that is out; after the last its lease lapses by itself.
_KNOCKS: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Performer:
    """Does due work. Knows nothing of brokers: whoever has an id may ask it, twice if need be."""

    services: Services
    patience: Patience
    #: Name of this process in claims, see `workers.owner`.
    owner: str
    lease: timedelta
    #: What this process knows of the services that it needs.
    breakers: Breakers = field(default_factory=Breakers)
    #: Release, model and engine, for the record of what failed.
    release: str | None = None
    #: Called when something was done by which other work came due.
    made_due: Callable[[], object] = lambda: None
    #: Lets seconds pass.
    pause: Callable[[float], object] = time.sleep
    telemetry: Telemetry = SILENT

    def perform(self, work: Work) -> bool:
        """Claim a piece of work and do it as far as it goes.

        Nothing is raised for a document's or the world's fault: the ledger has it, and will give the work out again.

        Returns:
            False when there was nothing to do: the work is done, not due, or another worker's.

        Raises:
            LedgerUnavailable: The ledger cannot be reached; the courier sends the work again.
        """
        ledger = self.services.ledger
        claim = ledger.claim(work, self.owner, self.lease)
        if claim is None:
            return False
        detail = "document" if work.part is None else "part"
        watching = self.telemetry.doing(Act.WORK, detail, work.document)
        with kept_alive(ledger, claim, self.lease) as heart, watching as doing:
            try:
                doing.outcome = self._attempted(claim, heart.page_read)
            except LeaseLost:
                doing.outcome = LeaseLost.code
                _log.warning("result-dropped", document=work.document, part=work.part)
            except LedgerUnavailable:
                doing.outcome = LedgerUnavailable.code
                self._hand_back(claim)
        return True

    def _attempted(self, claim: Claim, page_read: Callable[[], object]) -> str:
        """Do as `attempt` for one piece of work: again where a run before it died after it put what it had derived."""
        try:
            return self._for_one_work(page_read).attempt(claim)
        except Overtaken:
            # It may have got on before that.
            again = replace(claim, document=self.services.ledger.document(claim.work.document))
            return self._for_one_work(page_read, at_once=True).attempt(again)

    def _for_one_work(self, page_read: Callable[[], object], *, at_once: bool = False) -> "Performer":
        """Return this performer with an archive that has in hand what it has sealed and opened, until it is let go."""
        archive = self.services.archive.for_one_work(at_once=at_once)
        return replace(self, services=replace(self.services, archive=archive, page_read=page_read, belongs={}))

    def attempt(self, claim: Claim) -> str:
        """Do what is claimed, and return how it came out.

        Raises:
            LeaseLost: The claim, or the document, is another's by now.
            LedgerUnavailable: The ledger cannot be reached.
            Overtaken: What an earlier run derived stands: to be done once more, by an archive that puts at once.
        """
        try:
            barred = self.breakers.barred()
            if barred is not None:
                self._park(claim, *barred)
                return "parked"
            self._do(claim)
        except (LeaseLost, LedgerUnavailable, Overtaken):
            raise
        except Exception as error:  # noqa: BLE001  whatever a document provokes ends in the ledger, not in the worker
            self._failed(claim, error)
            return "failed"
        return "done"

    def _do(self, claim: Claim) -> None:
        if claim.claims > self.patience.most_claims:
            self._give_up(claim, CLAIMED_TOO_OFTEN)
        elif claim.part is not None:
            self._read(claim, claim.part)
        else:
            self._advance(claim)

    def _advance(self, claim: Claim) -> None:
        """Move a document on until it is settled, its pages are fanned out to other tasks, or it is cut into pieces."""
        way = Way(self.services, claim)
        while way.document.stage in WORKABLE:
            if way.document.stage is Stage.INSPECTED:
                parts = open_parts(way.document, self.services)
                if len(parts) > 1:
                    self.services.ledger.fan_out(claim, way.document, parts)
                    self.made_due()
                    return
            if way.document.stage is Stage.READ and self._split(claim, way):
                return
            with way.committed_if_it_ends_here():
                after, seconds = self._step(way.document)
            way.go(after, self._moved(claim.work, after), seconds)

    def _split(self, claim: Claim, way: Way) -> bool:
        """Cut a document that certainly is a stack; return whether it was one."""
        started = time.perf_counter()
        with way.committed_if_it_ends_here():
            pieces = pieces_of(way.document, self.services)
        if pieces:
            document = way.commit()
            seconds = time.perf_counter() - started
            after = replace(as_stack(document), seconds=document.seconds + seconds)
            event = self._event(claim.work, Action.MOVED, Stage.SPLIT)
            self.services.ledger.divide(claim, document, after, pieces, event)
            self.made_due()
            _log.info("split", document=document.id, count=len(pieces), seconds=round(seconds, 3))
        return bool(pieces)

    def _step(self, document: Document) -> tuple[Document, float]:
        """Return a document as its next step leaves it, and the seconds that this took."""
        started = time.perf_counter()
        with self.telemetry.doing(Act.STEP, document.stage, document.id) as doing:
            try:
                after = STEPS[document.stage](document, self.services)
            except Refused as refusal:
                after = replace(document, stage=Stage.REFUSED, reason=refusal.code)
            doing.outcome = after.stage
        if after.stage is Stage.REFUSED:
            self.telemetry.refused(after.reason or "")
        seconds = time.perf_counter() - started
        _log.info("moved", document=document.id, stage=after.stage, code=after.reason, seconds=round(seconds, 3))
        return after, seconds

    def _read(self, claim: Claim, part: Part) -> None:
        started = time.perf_counter()
        document = claim.document
        with self.telemetry.doing(Act.PART, document=document.id):
            sealed = do_part(document, part, self.services)
            self.services.archive.send()
        seconds = time.perf_counter() - started
        left = self.services.ledger.part_done(claim, sealed, seconds)
        if left == 0:
            self.made_due()
        _log.info("part-read", document=document.id, part=part.number, count=left, seconds=round(seconds, 3))

    def _failed(self, claim: Claim, error: Exception) -> None:
        if is_host_fault(error):
            self._wait_for_the_host(claim, error)
        elif isinstance(error, NightWaits):
            until = self.services.now() + self.services.nightly.look_again
            self.services.ledger.release(claim, until, error.code)
        elif out := self.breakers.met(error):
            self._park(claim, *out)
        else:
            self._record_failure(claim, error)

    def _park(self, claim: Claim, service: str, until: datetime) -> None:
        """Let work wait for a service that is out: uncounted, and seen in the ledger (`Oversight.waiting`)."""
        _log.info("parked", document=claim.work.document, part=claim.work.part, code=service)
        self.services.ledger.release(claim, until, service)

    def _hand_back(self, claim: Claim) -> None:
        """Give work back, uncounted, as soon as the ledger answers; without one there is nothing else to do."""
        for seconds in _KNOCKS:
            self.pause(seconds)
            try:
                self.services.ledger.release(claim, None, LedgerUnavailable.code)
            except LedgerUnavailable:
                continue
            return
        _log.warning("not-handed-back", document=claim.work.document, part=claim.work.part)

    def _wait_for_the_host(self, claim: Claim, error: WrongSetting) -> None:
        now = self.services.now()
        until = self.patience.when_set_right(now)
        _log.error(
            "host-misconfigured",
            document=claim.work.document,
            part=claim.work.part,
            code=code_of(error),
            retry_seconds=round((until - now).total_seconds(), 1),
            name=error.subject,
        )
        self.services.ledger.release(claim, until)

    def _record_failure(self, claim: Claim, error: Exception) -> None:
        # A claim may have lived through several stages since it was made: only the ledger knows the count at this one.
        failed_before = self.services.ledger.attempts(claim)
        now = self.services.now()
        retry_at = self.patience.next_attempt(error, failed_before, now)
        expected = isinstance(error, VersoError)
        self.telemetry.failed(code_of(error), final=retry_at is None)
        _log.warning(
            "attempt-failed",
            document=claim.work.document,
            part=claim.work.part,
            code=code_of(error),
            attempts=failed_before + 1,
            retry_seconds=round((retry_at - now).total_seconds(), 1) if retry_at else None,
            exc_info=None if expected else error,
        )
        event = self._event(claim.work, Action.FAILED, code_of(error))
        self.services.ledger.failed(claim, code_of(error), retry_at, event, self.release)

    def _give_up(self, claim: Claim, code: str) -> None:
        self.telemetry.failed(code, final=True)
        self.services.ledger.failed(claim, code, None, self._event(claim.work, Action.FAILED, code), self.release)
        _log.error("given-up", document=claim.work.document, part=claim.work.part, code=code, claims=claim.claims)

    def _moved(self, work: Work, after: Document) -> Event:
        refused = after.stage is Stage.REFUSED
        detail = after.reason or "" if refused else after.stage
        return self._event(work, Action.REFUSED if refused else Action.MOVED, detail)

    def _event(self, work: Work, action: Action, detail: str) -> Event:
        return Event(
            at=self.services.now(),
            actor=Actor.worker(self.owner),
            action=action,
            document=work.document,
            detail=detail,
        )
