"""Gauges: what stands in the ledger or waits in the inboxes, asked for when a page is drawn, and not too often."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import Final, Generic, TypeVar

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from documents.errors import VersoError
from documents.night import NightStage
from feeders.inbox.interface import InboxState
from pipelines.antivirus.interface import Antivirus
from pipelines.reimbursing.alarming import Expectation, NightAlarm, alarms, facts_of
from storage.ledger.interface import Ledger
from storage.ledger.vitals import Backlog, Pulse
from verso.health import SILENCE

#: Seconds for which an answer of the ledger holds at least, and its share of the time at most: a backlog of millions
#: takes seconds to count, and nobody is helped by counting it all the time.
_HOLDS: Final = 15.0
_SHARE: Final = 0.05

_Found = TypeVar("_Found")


class Held(Generic[_Found]):
    """Remembers an answer for a while: the longer it took, the longer."""

    def __init__(self, ask: Callable[[], _Found]) -> None:
        """Ask nothing yet."""
        self._ask = ask
        self._answer: _Found | None = None
        self._until = 0.0
        self._lock = Lock()

    def get(self) -> _Found:
        """Return the answer that is remembered, or a fresh one.

        Raises:
            VersoError: There is none to be had.
        """
        with self._lock:
            if self._answer is None or time.monotonic() >= self._until:
                started = time.monotonic()
                self._answer = self._ask()
                ended = time.monotonic()
                self._until = ended + max(_HOLDS, (ended - started) / _SHARE)
            return self._answer


class LedgerGauges(Collector):
    """What waits in the ledger, and the age of the trail's newest anchor. One process of an installation shows it."""

    def __init__(self, ledger: Ledger, now: Callable[[], datetime]) -> None:
        """Ask this ledger, by this clock."""
        self._ledger = ledger
        self._now = now
        self._backlog = Held(ledger.backlog)

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand: making a page for that would ask the ledger at start."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges; `verso_ledger_up` alone where the ledger does not answer."""
        up = GaugeMetricFamily("verso_ledger_up", "Whether the ledger answers.")
        try:
            found = [*_of_backlog(self._backlog.get(), self._now()), *self._of_life()]
        except VersoError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from found

    def _of_life(self) -> Iterator[Metric]:
        now = self._now()
        newest = self._ledger.last_anchor()
        anchor = GaugeMetricFamily("verso_anchor_age_seconds", "Age of the audit trail's newest anchor.")
        if newest is not None:
            anchor.add_metric([], (now - newest.at).total_seconds())
        yield anchor
        pulses = self._ledger.pulses()
        living = [pulse for pulse in pulses if now - pulse.at <= SILENCE]
        yield from self._of_processes(pulses, living, now)
        parked = GaugeMetricFamily(
            "verso_parked", "Pieces of work, and processes, that wait for a service that is out.", labels=["service"]
        )
        waiting = Counter(pulse.waits_for for pulse in living if pulse.waits_for) + Counter(self._ledger.waiting())
        for code, count in waiting.items():
            parked.add_metric([code], count)
        yield parked

    @staticmethod
    def _of_processes(pulses: Sequence[Pulse], living: Sequence[Pulse], now: datetime) -> Iterator[Metric]:
        own = ["process"]
        silence = GaugeMetricFamily("verso_silence_seconds", "Since the last sign of life of a kind.", labels=own)
        working = GaugeMetricFamily("verso_processes", "Processes that live and have begun their work.", labels=own)
        for kind in sorted({pulse.kind for pulse in pulses}):
            youngest = max(pulse.at for pulse in pulses if pulse.kind == kind)
            silence.add_metric([kind], (now - youngest).total_seconds())
            working.add_metric([kind], sum(pulse.kind == kind and not pulse.waits_for for pulse in living))
        yield from (silence, working)


class InboxGauges(Collector):
    """What waits in the inboxes, as the watcher saw it last."""

    def __init__(self, states: Mapping[str, InboxState]) -> None:
        """Show what stands here, feeder by feeder."""
        self._states = states

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges."""
        files = GaugeMetricFamily("verso_inbox_files", "Files that wait in an inbox.", labels=["feeder"])
        size = GaugeMetricFamily("verso_inbox_bytes", "Bytes that wait in an inbox.", labels=["feeder"])
        oldest = GaugeMetricFamily("verso_inbox_oldest_seconds", "Age of the oldest waiting file.", labels=["feeder"])
        for feeder, state in dict(self._states).items():
            files.add_metric([feeder], state.depth)
            size.add_metric([feeder], state.size)
            oldest.add_metric([feeder], state.oldest.total_seconds() if state.oldest else 0)
        yield from (files, size, oldest)


class NightGauges(Collector):
    """How the nights of insurers fare, and what is wrong with them."""

    def __init__(
        self, ledger: Ledger, now: Callable[[], datetime], insurers: Sequence[str], expected: Expectation
    ) -> None:
        """Ask this ledger, by this clock, about these insurers."""
        self._now = now
        self._expected = expected
        self._facts = Held(lambda: [facts_of(insurer, ledger) for insurer in insurers])

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges; nothing where the ledger does not answer, which another one says."""
        raised = GaugeMetricFamily(
            "verso_night_alarm_seconds", "Since when something is wrong with a night.", labels=["insurer", "alarm"]
        )
        number = GaugeMetricFamily("verso_night_number", "Number of the last night applied.", labels=["insurer"])
        age = GaugeMetricFamily("verso_night_age_seconds", "Since a night was applied.", labels=["insurer"])
        try:
            found = self._facts.get()
        except VersoError:
            return
        now = self._now()
        for facts in found:
            lasting = dict.fromkeys(NightAlarm, 0.0)
            for one in alarms(facts, self._expected, now):
                lasting[one.alarm] = max(lasting[one.alarm], (now - one.since).total_seconds(), 1.0)
            for alarm, seconds in lasting.items():
                raised.add_metric([facts.insurer, alarm], seconds)
            applied = next((night for night in facts.nights if night.stage is NightStage.APPLIED), None)
            if applied is not None:
                number.add_metric([facts.insurer], applied.number)
                age.add_metric([facts.insurer], (now - applied.changed_at).total_seconds())
        yield from (raised, number, age)


class AntivirusGauges(Collector):
    """How old the signatures are that the antivirus looks for."""

    def __init__(self, antivirus: Antivirus, now: Callable[[], datetime]) -> None:
        """Ask this antivirus, by this clock."""
        self._now = now
        self._signed_at = Held(antivirus.signed_at)

    def describe(self) -> Iterable[Metric]:
        """Name nothing beforehand."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield the gauge; nothing where no antivirus answers, which the work that waits for it says."""
        age = GaugeMetricFamily("verso_antivirus_age_seconds", "Age of the antivirus's daily signatures.")
        try:
            signed = self._signed_at.get()
        except VersoError:
            return
        if signed is not None:
            age.add_metric([], (self._now() - signed).total_seconds())
        yield age


def _of_backlog(backlog: Iterable[Backlog], now: datetime) -> Iterator[Metric]:
    labels = ["stage", "lane", "state"]
    depth = GaugeMetricFamily("verso_backlog", "What waits, by stage, lane and what it waits for.", labels=labels)
    unmoved = GaugeMetricFamily(
        "verso_backlog_unmoved_seconds", "Since when the oldest document has not moved.", labels=labels
    )
    late = GaugeMetricFamily("verso_backlog_late_seconds", "How long the oldest work has been due.", labels=labels)
    for waiting in backlog:
        own = [waiting.stage.value, waiting.lane.value, waiting.state.value]
        depth.add_metric(own, waiting.count)
        unmoved.add_metric(own, max(0.0, (now - waiting.unmoved_since).total_seconds()))
        if waiting.due_since is not None:
            late.add_metric(own, max(0.0, (now - waiting.due_since).total_seconds()))
    yield from (depth, unmoved, late)
