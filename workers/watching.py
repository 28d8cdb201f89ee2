"""Watching: files leave the inboxes only after their documents are received, and batches get their answers."""

import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import structlog

from documents.errors import Interrupted, VersoError
from documents.feeder import FeederKind
from feeders.inbox.interface import Claimed, Inbox, InboxState
from feeders.outbox import Outbox
from feeders.problem import Problem
from workers.accounting import Accountant
from workers.admitting import is_behind
from workers.answering import answer
from workers.delaying import Delays
from workers.refusing import record_refusals
from workers.submit import Counter
from workers.unpacking import unpack

#: Files after which their work is sent: each one's alone would cost a third of the intake.
_SENT_AT_ONCE: Final = 50

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watcher:
    """Watches inboxes. May be killed at any point: what it had not finished is found again, and is then known."""

    inboxes: Sequence[Inbox]
    counter: Counter
    #: Gives the place where a feeder collects its answers.
    outbox: Callable[[str], Outbox]
    #: Seconds between two scans.
    every: float
    #: How long a feeder's oldest document may wait to be sent to a worker before nothing more is taken from it.
    longest_wait: timedelta = timedelta(hours=6)
    #: Whether insurers' nights wait for their window: then what lies unsent is no reason to take nothing more.
    windowed: bool = False
    #: Where what waits in each inbox is noted after each round, for gauges; None when nobody looks.
    noted: dict[str, InboxState] | None = None
    #: Accounts for insurers' nights.
    _accountant: Accountant = field(default_factory=Accountant, init=False, repr=False, compare=False)
    #: What failed by itself lately, inbox by inbox.
    _delays: dict[str, Delays] = field(default_factory=dict, init=False, repr=False, compare=False)

    def run(self, stopped: Callable[[], bool], beat: Callable[[], object]) -> None:
        """Scan every inbox until told to stop. An outage of one is waited out and holds up no other.

        Args:
            stopped: Tells whether to stop.
            beat: Gives a sign of life; called after each inbox, and between the files of a long one.
        """

        def beating() -> bool:
            beat()
            return stopped()

        while not beating():
            for inbox in self.inboxes:
                self._round(inbox, beating)
                self._note(inbox)
            time.sleep(self.every)

    def round(self) -> None:
        """Scan every inbox once."""
        for inbox in self.inboxes:
            self._round(inbox, lambda: False)

    def states(self) -> Mapping[str, InboxState]:
        """Return how each feeder's inbox is doing, for gauges; one that is out of reach is left out."""
        found = {}
        for inbox in self.inboxes:
            with suppress(Interrupted):
                found[inbox.feeder.name] = inbox.state()
        return found

    def _round(self, inbox: Inbox, stopped: Callable[[], bool]) -> None:
        feeder, delays = inbox.feeder.name, self._delays.setdefault(inbox.feeder.name, Delays())
        delays.begin_scan()
        taken = 0
        try:
            services = self.counter.services
            behind = is_behind(inbox.feeder, services.ledger, services.now(), self.longest_wait, windowed=self.windowed)
            for waiting in inbox.scan():
                if stopped():
                    return
                taken += 1
                if taken % _SENT_AT_ONCE == 0:
                    self.counter.hurry()
                # Its place changes whenever it is given back: its name does not.
                with self._apart(feeder, delays, (waiting.file_name, waiting.size)) as due:
                    if due and not behind:
                        self._take(inbox.claim(waiting), feeder)
            if taken:
                self.counter.hurry()
            for batch in inbox.finished():
                with self._apart(feeder, delays, batch.batch) as due:
                    if due:
                        answer(batch, feeder, self.outbox(feeder), self.counter.services)
            if inbox.feeder.kind is FeederKind.INSURER:
                self._accountant.round(feeder, self.outbox(feeder), self.counter.services)
        except Interrupted as error:
            _log.warning("inbox-waits", feeder=feeder, code=error.code)

    def _note(self, inbox: Inbox) -> None:
        if self.noted is not None:
            with suppress(Interrupted):
                self.noted[inbox.feeder.name] = inbox.state()

    @contextmanager
    def _apart(self, feeder: str, delays: Delays, what: Hashable) -> Iterator[bool]:
        """Tell whether a file or batch is to be seen to now; when it fails by itself it alone is delayed.

        Raises:
            Interrupted: The world failed, for everything.
        """
        try:
            yield not delays.holds(what)
        except Interrupted:
            raise
        except VersoError as error:
            delays.delay(what)
            _log.error("delayed", feeder=feeder, code=error.code)
        except Exception as fault:  # noqa: BLE001  one file must not stop an inbox; the message may quote it
            delays.delay(what)
            _log.error("delayed", feeder=feeder, code="unexpected", kind=type(fault).__name__)

    def _take(self, claimed: Claimed | Problem | None, feeder: str) -> None:
        if claimed is None:
            return
        if isinstance(claimed, Problem):
            _log.warning("set-aside", feeder=feeder, batch=claimed.batch, problem=claimed.code)
            record_refusals([claimed], feeder, self.counter.services)
            return
        received = False
        found: list[Problem] = []
        try:
            for one in unpack(claimed.arrival, self.counter.services.skills.unpacker):
                found.extend(one.problems)
                if one.arrival is not None:
                    self.counter.receive(one.arrival)
                else:
                    record_refusals(one.problems, feeder, self.counter.services)
            received = True
        finally:
            if not received:
                claimed.give_back()
        claimed.acknowledge(found)
