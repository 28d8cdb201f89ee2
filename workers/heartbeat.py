"""A heartbeat: keeps a claim alive while its worker is busy, and tells how many pages it has read under it."""

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
    """Beats for one claim, from a thread of its own.

    Pages are told of at most once in a while, and never the last of a piece of work, of which the ledger hears when all
    of it is done: who reads one page causes no write.
    """

    def __init__(self, ledger: Ledger, claim: Claim, lease: timedelta, told_every: float) -> None:
        """Know whose claim it is; nothing beats yet."""
        self._ledger, self._claim, self._lease = ledger, claim, lease
        self._told_every = told_every
        self._pages = self._told = 0
        self._rhythm = lease.total_seconds() / 3

    def page_read(self) -> None:
        """Note that one more page has been read."""
        self._pages += 1

    def until(self, finished: threading.Event) -> None:
        """Renew the claim three times a lease, and whenever pages were read, until all is done or the lease is lost."""
        due = time.monotonic() + self._rhythm
        while not finished.wait(min(self._told_every, max(0.0, due - time.monotonic()))):
            if self._told == self._pages and time.monotonic() < due:
                continue
            try:
                self._tell(self._pages)
            except LeaseLost:
                _log.warning("lease-lost", document=self._claim.work.document, part=self._claim.work.part)
                return
            except LedgerUnavailable:
                _log.warning("heartbeat-missed", document=self._claim.work.document, part=self._claim.work.part)
            due = time.monotonic() + self._rhythm

    def _tell(self, pages: int) -> None:
        self._ledger.renew(self._claim, self._lease, pages)
        self._told = pages


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
    finished = threading.Event()
    heart = Heartbeat(ledger, claim, lease, told_every)
    thread = threading.Thread(target=heart.until, args=(finished,), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield heart
    finally:
        finished.set()
        thread.join()
