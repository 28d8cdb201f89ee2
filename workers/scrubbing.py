"""Scrubbing by the calendar: a pass over everything stored begins when it is due, and gets on at each round."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from documents.errors import VersoError
from storage.archive import Archive
from storage.scrubbing.fault import GRAVE
from storage.scrubbing.interface import ScrubLog, Starter
from storage.scrubbing.scrubber import Scrubber
from verso.settings import Settings

_log = structlog.get_logger(__name__)

#: How long it is taken for granted that nothing is due, and that what failed would fail again.
_PAUSE: Final = timedelta(seconds=60)


@dataclass(slots=True, kw_only=True)
class ScrubDuty:
    """Sees to passes. Several may run: the ledger keeps what the one that is ahead has seen."""

    log: ScrubLog
    archive: Archive
    #: Tells the time, aware and in UTC.
    now: Callable[[], datetime]
    #: From the beginning of one pass to that of the next; nothing is scrubbed when it is zero.
    every: timedelta
    #: Most bytes to read back in a second.
    rate: int
    _scrubber: Scrubber | None = field(default=None, init=False, repr=False)
    _next: datetime | None = field(default=None, init=False, repr=False)

    def round(self) -> None:
        """Read back a second's worth of what is due; at most once a second. A failure is logged, and tried again."""
        now = self.now()
        if not self.every or (self._next is not None and now < self._next):
            return
        self._next = now + timedelta(seconds=1)
        try:
            self._get_on(now)
        except VersoError as error:
            _log.error("scrubbing-waits", code=error.code)
            # What was seen since it was last recorded is seen again.
            self._scrubber, self._next = None, now + _PAUSE

    def _get_on(self, now: datetime) -> None:
        self._scrubber = self._scrubber or self._due(now)
        if self._scrubber is None:
            self._next = now + _PAUSE
        elif not self._scrubber.advance(self.rate, now):
            self._tell(self._scrubber)
            self._scrubber = None

    def _due(self, now: datetime) -> Scrubber | None:
        standing = self.log.last_pass(Starter.CARETAKER)
        if standing is None or (standing.finished_at is not None and now - standing.started_at >= self.every):
            standing = self.log.begin_pass(Starter.CARETAKER)
        return Scrubber(self.archive, self.log, standing) if standing.finished_at is None else None

    def _tell(self, scrubber: Scrubber) -> None:
        done = scrubber.standing
        if done.finished_at is None:
            return
        faults = self.log.faults(done.number)
        if any(fault.code in GRAVE for fault in faults):
            _log.critical("scrubbed-with-faults", count=len(faults))
        else:
            _log.info("scrubbed", count=done.objects)


def scrub_duty_of(log: ScrubLog, archive: Archive, now: Callable[[], datetime], settings: Settings) -> ScrubDuty:
    """Return the duty that an installation has set."""
    return ScrubDuty(
        log=log,
        archive=archive,
        now=now,
        every=timedelta(days=settings.scrub_days),
        rate=settings.scrub_bytes_per_second,
    )
