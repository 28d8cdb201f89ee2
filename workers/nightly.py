"""Nightly: within the window somebody holds the gate open through which the work of insurers' nights is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from documents.window import Window
from storage.holdings.interface import NIGHTS, Holdings
from verso.bootstrap import build_holdings
from verso.settings import Settings

_log = structlog.get_logger(__name__)

#: Rounds of the scheduler for which an open gate stays open without it: one that is late shuts nothing.
_ROUNDS: Final = 3


class Gate(Protocol):
    """Tells whether the work of insurers' nights may be sent now."""

    def __call__(self) -> bool:
        """Return whether it may."""
        ...


def always_open() -> bool:
    """Let nights be applied at any hour."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldGate:
    """A gate that stands open while somebody holds the name that says so."""

    holdings: Holdings

    def __call__(self) -> bool:
        """Return whether somebody does.

        Raises:
            LedgerUnavailable: The ledger did not answer.
        """
        return self.holdings.held_until(NIGHTS) is not None


def gate_of(settings: Settings) -> Gate:
    """Return the gate of an installation; nothing is opened until it is asked."""
    return always_open if settings.window is None else HeldGate(holdings=build_holdings(settings))


@dataclass(frozen=True, slots=True, kw_only=True)
class NightWatch:
    """Opens the gate within the window and shuts it after. Several may try: one holds it at a time."""

    holdings: Holdings
    #: None where nights are applied at any hour: then there is no gate to open.
    window: Window | None
    #: From one round to the next.
    every: timedelta
    #: Name of this process.
    owner: str
    #: Tells the time, aware and in UTC.
    now: Callable[[], datetime]
    #: Sends what is due, once the gate is open.
    deliver: Callable[[], object]

    def round(self) -> bool:
        """Open the gate, hold it open or shut it; return whether this watch holds it open.

        Raises:
            Interrupted: Ledger or broker did not answer; the next round comes.
        """
        if self.window is None:
            return False
        if not self.window.contains(self.now()):
            self.holdings.give_back(NIGHTS, self.owner)
            return False
        before = self.holdings.held_until(NIGHTS)
        if not self.holdings.take(NIGHTS, self.owner, self.every * _ROUNDS):
            return False
        if before is None:
            _log.info("nights-opened", owner=self.owner)
        self.deliver()
        return True
