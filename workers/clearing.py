"""Clearing by the calendar: the files of insurers' past nights are destroyed once they have been kept long enough."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from documents.actor import Actor
from documents.errors import VersoError
from pipelines.reimbursing.clearing import Clearer
from storage.archive import Archive
from storage.ledger.interface import Ledger
from verso.settings import Settings
from workers.owner import this_owner

_log = structlog.get_logger(__name__)

#: From one look to the next: files are kept for days.
_PAUSE: Final = timedelta(minutes=15)


@dataclass(slots=True, kw_only=True)
class ClearDuty:
    """Sees to every insurer in turn. One whose files cannot be destroyed holds up no other."""

    clearer: Clearer
    #: Of whom nights are expected, whether or not one ever came.
    insurers: Collection[str]
    _next: datetime | None = field(default=None, init=False, repr=False)

    def round(self) -> None:
        """Destroy what is past, if it is time to look. A failure is logged, and tried again."""
        now = self.clearer.now()
        if self._next is not None and now < self._next:
            return
        self._next = now + _PAUSE
        try:
            insurers = sorted({*self.insurers, *self.clearer.ledger.nights.insurers()})
        except VersoError as error:
            _log.error("clearing-waits", code=error.code)
            return
        for insurer in insurers:
            self._clear(insurer)

    def _clear(self, insurer: str) -> None:
        try:
            count = self.clearer.clear(insurer, Actor.worker(this_owner()))
        except VersoError as error:
            _log.error("clearing-waits", feeder=insurer, code=error.code)
            return
        if count:
            _log.info("night-files-cleared", feeder=insurer, count=count)


def clear_duty_of(ledger: Ledger, archive: Archive, now: Callable[[], datetime], settings: Settings) -> ClearDuty:
    """Return the duty that an installation has set."""
    clearer = Clearer(
        ledger=ledger,
        archive=archive,
        now=now,
        keep=timedelta(days=settings.night_keep_days),
        # Who hands over by the API alone finds the account there as soon as a night is over.
        accounted={*settings.watched, *settings.mailboxes, *settings.inbox_buckets},
    )
    return ClearDuty(clearer=clearer, insurers=settings.insurers)
