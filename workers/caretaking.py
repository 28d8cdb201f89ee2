"""Caretaking: what has to be done from time to time and is no document's work: trail and stores are looked after."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from documents.errors import VersoError
from storage.archive import Archive
from storage.audit.anchoring import anchor, is_due
from storage.audit.interface import Trail
from storage.audit.key import trail_key
from storage.ledger.interface import Ledger
from verso.settings import Settings
from workers.clearing import ClearDuty, clear_duty_of
from workers.pulsing import Pulse
from workers.scrubbing import ScrubDuty, scrub_duty_of

_log = structlog.get_logger(__name__)

#: Seconds between two looks at whether something is due.
_LOOK = 1.0


@dataclass(slots=True, kw_only=True)
class Caretaker:
    """Does each duty in its time. Several may run, on several machines: each duty is safe to do twice, or at once."""

    trail: Trail
    archive: Archive
    #: Tells the time, aware and in UTC.
    now: Callable[[], datetime]
    #: Longest that committed events stay unbound.
    chain_every: timedelta
    #: Longest that the end of the chain stays unanchored.
    anchor_every: timedelta
    #: Its sign of life.
    pulse: Pulse
    #: Reads back what rests.
    scrubbing: ScrubDuty
    #: Destroys the files of past nights.
    clearing: ClearDuty
    _next: datetime | None = field(default=None, init=False, repr=False)

    def run(self, stopped: Callable[[], bool]) -> None:
        """See to what is due until told to stop."""
        while not stopped():
            self.round()
            time.sleep(_LOOK)

    def round(self) -> None:
        """See to what is due. A failure is logged, and tried again when the duty comes round."""
        self.pulse.beat()
        self._round_of_the_trail()
        self.scrubbing.round()
        self.clearing.round()

    def _round_of_the_trail(self) -> None:
        now = self.now()
        if self._next is not None and now < self._next:
            return
        self._next = now + self.chain_every
        try:
            self._tend()
        except VersoError as error:
            _log.error("trail-waits", code=error.code)

    def _tend(self) -> None:
        self.trail.chain()
        if is_due(self.trail, self.anchor_every, self.now()):
            before = self.trail.last_anchor()
            made = anchor(self.trail, self.archive.objects, trail_key(self.archive.masters), self.now())
            if made is not None and made != before:
                # The log goes where neither database nor bucket can be written: one more witness.
                _log.info("anchored", count=made.link, digest=made.digest)


def caretaker_of(
    ledger: Ledger, archive: Archive, now: Callable[[], datetime], settings: Settings, pulse: Pulse
) -> Caretaker:
    """Return the caretaker that an installation has set."""
    return Caretaker(
        trail=ledger,
        archive=archive,
        now=now,
        chain_every=timedelta(seconds=settings.chain_seconds),
        anchor_every=timedelta(seconds=settings.anchor_seconds),
        pulse=pulse,
        scrubbing=scrub_duty_of(ledger, archive, now, settings),
        clearing=clear_duty_of(ledger, archive, now, settings),
    )
