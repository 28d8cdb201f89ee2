"""Pulsing: a process says in the ledger that it lives, as often as needed and no oftener."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import structlog

from documents.errors import LedgerUnavailable
from storage.ledger.vitals import Vitals
from verso.health import Process
from workers.owner import this_owner

#: Seconds between two signs of life of a process: several of them fit into `verso.health.SILENCE`.
EVERY: Final = 15.0

_log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Pulse:
    """The sign of life of one process."""

    vitals: Vitals
    process: Process
    _owner: str = field(default_factory=this_owner, init=False)
    _next: float = field(default=0.0, init=False)

    def beat(self) -> None:
        """Give a sign, unless the last one is fresh. A ledger that is away hears none, and stops nobody."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY
        try:
            self.vitals.beat(self.process, self._owner)
        except LedgerUnavailable as error:
            _log.warning("pulse-missed", code=error.code)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Give signs from a thread for as long as the block lasts: for a process whose loop is somebody else's."""
        ended = threading.Event()

        def beat() -> None:
            self.beat()
            while not ended.wait(EVERY):
                self.beat()

        thread = threading.Thread(target=beat, name="pulse", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
