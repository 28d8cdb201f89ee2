"""A heartbeat: keeps a claim alive while its worker is busy, and tells how many pages it has read under it."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from documents.errors import LeaseLost, LedgerUnavailable
from documents.work import Claim
from storage.ledger.interface import Ledger

_log = structlog.get_logger(__name__)


class Heartbeat:
    """Renews one claim three times a lease, and whenever pages were read, until it ends or is lost.

    Pages are told of at most once in a while, and never the last of a piece of work, of which the ledger hears when all
    of it is done: who reads one page causes no write.
    """

    def __init__(self, ledger: Ledger, claim: Claim, lease: timedelta, told_every: float) -> None:
        """Know whose claim it is; nothing beats yet."""
        self._ledger, self._claim, self._lease = ledger, claim, lease
        self._told_every = told_every
        self._pages = self._told = 0
        self._rhythm = lease.total_seconds() / 3
        self._turn = threading.Lock()
        self._over = False
        now = time.monotonic()
        self._due = now + self._rhythm
        #: When it is to be looked at, on the monotonic clock.
        self.next = min(self._due, now + told_every)

    def page_read(self) -> None:
        """Note that one more page has been read."""
        self._pages += 1

    def beat(self) -> None:
        """Renew the claim, where it is time to or there is something to tell."""
        with self._turn:
            if not self._over and (self._told != self._pages or time.monotonic() >= self._due):
                self._renew()
            self.next = min(self._due, time.monotonic() + self._told_every)

    def end(self) -> None:
        """Beat no more: what beats at this moment is waited for."""
        with self._turn:
            self._over = True

    def _renew(self) -> None:
        pages = self._pages
        try:
            self._ledger.renew(self._claim, self._lease, pages)
            self._told = pages
        except LeaseLost:
            _log.warning("lease-lost", document=self._claim.work.document, part=self._claim.work.part)
            self._over = True
        except LedgerUnavailable:
            _log.warning("heartbeat-missed", document=self._claim.work.document, part=self._claim.work.part)
        self._due = time.monotonic() + self._rhythm


class _Pacemaker:
    """The one thread of a process that beats for all its claims: to start one for each costs as much as a step."""

    def __init__(self) -> None:
        """Beat for none."""
        self._hearts: set[Heartbeat] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        #: When it wakes up, on the monotonic clock; None while there is nothing to beat for.
        self._until: float | None = None

    def add(self, heart: Heartbeat) -> None:
        """Beat for a claim too."""
        with self._changed:
            self._hearts.add(heart)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
                self._thread.start()
            elif self._until is None or heart.next < self._until:
                self._changed.notify()

    def remove(self, heart: Heartbeat) -> None:
        """Beat for a claim no more."""
        with self._changed:
            self._hearts.discard(heart)
        heart.end()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._until = min((heart.next for heart in self._hearts), default=None)
                self._changed.wait(None if self._until is None else max(0.0, self._until - time.monotonic()))
                hearts = list(self._hearts)
            for heart in hearts:
                heart.beat()


_PACEMAKER = _Pacemaker()
# A child of a fork has no such thread, and what its parent's held at that moment is held for ever.
os.register_at_fork(after_in_child=_PACEMAKER.__init__)  # type: ignore[misc]


@contextmanager
def kept_alive(ledger: Ledger, claim: Claim, lease: timedelta, *, told_every: float = 1.0) -> Iterator[Heartbeat]:
    """Keep a claim alive until the block ends.

    A lost lease stops the beating and nothing else: the ledger refuses what the worker writes afterwards.

    Args:
        ledger: Where the claim is.
        claim: The claim.
        lease: How long it holds from each beat on.
        told_every: Seconds between two beats, at least, while pages are being read.
    """
    heart = Heartbeat(ledger, claim, lease, told_every)
    _PACEMAKER.add(heart)
    try:
        yield heart
    finally:
        _PACEMAKER.remove(heart)
