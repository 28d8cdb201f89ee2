"""Watching: files leave the inboxes only after their documents are received, and batches get their answers."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from documents.errors import Interrupted
from feeders.inbox.interface import Claimed, Inbox
from feeders.problem import Problem
from workers.answering import answer
from workers.submit import Counter

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Watches inboxes. May be killed at any point: what it had not finished is found again, and is then known."""

    inboxes: Sequence[Inbox]
    counter: Counter
    #: Folder of the answers, with a folder in it for each feeder.
    answers: Path
    #: Seconds between two scans.
    every: float

    def run(self, stopped: Callable[[], bool]) -> None:
        """Scan every inbox until told to stop. An outage of one is waited out and holds up no other."""
        while not stopped():
            for inbox in self.inboxes:
                self._round(inbox, stopped)
            time.sleep(self.every)

    def round(self) -> None:
        """Scan every inbox once."""
        for inbox in self.inboxes:
            self._round(inbox, lambda: False)

    def _round(self, inbox: Inbox, stopped: Callable[[], bool]) -> None:
        try:
            for waiting in inbox.scan():
                if stopped():
                    return
                self._take(inbox.claim(waiting), inbox.feeder.name)
            for batch in inbox.finished():
                answer(batch, inbox.feeder.name, self.answers / inbox.feeder.name, self.counter.services)
        except Interrupted as error:
            _log.warning("inbox-waits", feeder=inbox.feeder.name, code=error.code)

    def _take(self, claimed: Claimed | Problem | None, feeder: str) -> None:
        if claimed is None:
            return
        if isinstance(claimed, Problem):
            _log.warning("set-aside", feeder=feeder, batch=claimed.batch, problem=claimed.code)
            return
        received = False
        try:
            self.counter.submit(claimed.arrival)
            received = True
        finally:
            if not received:
                claimed.give_back()
        claimed.acknowledge()
