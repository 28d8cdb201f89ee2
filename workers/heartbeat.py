"""A heartbeat: keeps a claim alive while its worker is busy, and tells the worker when it was lost."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from documents.errors import LeaseLost, LedgerUnavailable
from documents.work import Claim
from storage.ledger.interface import Ledger

_log = structlog.get_logger(__name__)


@contextmanager
def kept_alive(ledger: Ledger, claim: Claim, lease: timedelta) -> Iterator[None]:
    """Renew a claim three times a lease from a thread, until the block ends.

    A lost lease stops the beating and nothing else: the ledger refuses what the worker writes afterwards.
    """
    finished = threading.Event()

    def beat() -> None:
        while not finished.wait(lease.total_seconds() / 3):
            try:
                ledger.renew(claim, lease)
            except LeaseLost:
                _log.warning("lease-lost", document=claim.work.document, part=claim.work.part)
                return
            except LedgerUnavailable:
                _log.warning("heartbeat-missed", document=claim.work.document, part=claim.work.part)

    thread = threading.Thread(target=beat, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()
