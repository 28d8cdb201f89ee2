"""Measures: the Prometheus metrics of one process. Labels are codes of short lists, never ids."""

from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from verso.telemetry.interface import Act

#: Bounds of buckets in seconds: from an answer of a store nearby to the longest task there is.
_SHORT: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_LONG: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1200.0)

_BUCKETS: Final = {Act.OBJECT: _SHORT, Act.KEY: _SHORT, Act.SENDING: _SHORT}
_MEANINGS: Final = {
    Act.RECEIPT: "Taking an arrival in: sealed, stored, read back, committed.",
    Act.SENDING: "Handing a message to the broker.",
    Act.WORK: "Doing a piece of work, from its claim to its end.",
    Act.STEP: "A step of a document, by the stage from which it leads.",
    Act.PART: "Reading a part of a document's pages.",
    Act.OBJECT: "Asking the object store.",
    Act.KEY: "Asking the keeper of the master keys.",
}


class Measures:
    """The metrics to which acts lead."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Make them, in a registry of which a page is drawn."""
        self._seconds = {act: _histogram(act, registry) for act in Act}
        self._busy = Gauge("verso_slots_busy", "Tasks that are being done.", registry=registry, multiprocess_mode="sum")
        # Whoever takes a dead child's place counts on in its files, and begins with nothing at hand.
        self._busy.set(0)
        self._refusals = Counter("verso_refusals", "Documents refused, by code.", ["code"], registry=registry)
        self._failures = Counter(
            "verso_failures",
            "Attempts that failed, by code; final where the document died.",
            ["code", "final"],
            registry=registry,
        )
        # A label set is looked up once: the library's own look-up costs as much as all the rest.
        self._children: dict[tuple[Act, str, str], Histogram] = {}

    def begun(self, act: Act) -> None:
        """Count an act that begins."""
        if act is Act.WORK:
            self._busy.inc()

    def took(self, act: Act, detail: str, outcome: str, seconds: float) -> None:
        """Count an act that is over."""
        if act is Act.WORK:
            self._busy.dec()
        key = (act, detail, outcome)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._seconds[act].labels(detail, outcome)
        child.observe(seconds)

    def refused(self, code: str) -> None:
        """Count a refusal."""
        self._refusals.labels(code).inc()

    def failed(self, code: str, *, final: bool) -> None:
        """Count a failed attempt."""
        self._failures.labels(code, str(final).lower()).inc()


def _histogram(act: Act, registry: CollectorRegistry) -> Histogram:
    buckets: Iterable[float] = _BUCKETS.get(act, _LONG)
    return Histogram(
        f"verso_{act}_seconds", _MEANINGS[act], ["detail", "outcome"], buckets=tuple(buckets), registry=registry
    )
