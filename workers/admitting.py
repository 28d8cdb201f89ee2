"""Admitting: whether more is taken from a feeder now, or would only wait behind what is there already (P17, P20)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from documents.feeder import Feeder
from documents.lane import Lane, lane_of
from storage.ledger.interface import Ledger
from verso.intake import room_for
from verso.settings import Settings

_log = structlog.get_logger(__name__)


def is_behind(feeder: Feeder, ledger: Ledger, now: datetime, longest: timedelta, *, windowed: bool) -> bool:
    """Tell whether a feeder's oldest document has waited so long to be sent that more would only wait behind it.

    Args:
        feeder: Whose documents.
        ledger: Knows since when they wait.
        now: The time.
        longest: How long they may.
        windowed: Whether insurers' nights wait for their window: then what lies unsent of them says nothing.
    """
    lane = lane_of(feeder.kind)
    if windowed and lane is Lane.NIGHTLY:
        return False
    since = ledger.unsent_since(lane, feeder.name)
    behind = since is not None and now - since > longest
    if behind:
        _log.warning("intake-paused", feeder=feeder.name)
    return behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Guards a door that people and programs use, as an inbox is guarded: by room, quota and the age of what waits."""

    settings: Settings
    ledger: Ledger
    #: Tells the time, aware and in UTC.
    now: Callable[[], datetime]
    _rooms: dict[str, Callable[[], bool]] = field(default_factory=dict, init=False, repr=False)

    def takes_from(self, feeder: Feeder) -> bool:
        """Tell whether more is taken from a feeder now.

        Raises:
            LedgerUnavailable: It cannot be asked.
        """
        room = self._rooms.setdefault(feeder.name, room_for(self.settings, feeder.name, self.ledger))
        longest = timedelta(seconds=self.settings.longest_wait_seconds)
        windowed = self.settings.window is not None
        return room() and not is_behind(feeder, self.ledger, self.now(), longest, windowed=windowed)
