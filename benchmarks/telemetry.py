"""What watching costs: CPU that metrics and traces add to the acts of a one-page document, beside watching nothing."""

import argparse
import hashlib
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from rich.console import Console
from rich.table import Table

from documents.document import DocumentId
from verso.telemetry.interface import SILENT, Act, Telemetry
from verso.telemetry.measures import Measures
from verso.telemetry.sharing import count_in_files, shared_registry
from verso.telemetry.traces import Traces
from verso.telemetry.watching import Watch

#: What a one-page document leads to: its work, steps and messages; calls of the bucket and of the keys.
_STEPS: Final = ("received", "inspected", "read", "identified", "classified")
_OBJECTS: Final = 24
_KEYS: Final = 6
#: Most milliseconds of CPU a document that metrics may add: a twentieth of what everything but reading may cost.
_MOST_MS: Final = 0.75


class Nowhere(SpanProcessor):
    """Takes spans and lets them go: what sending them costs is its own thread's."""

    def on_end(self, span: ReadableSpan) -> None:
        """Forget it."""


def main(argv: Sequence[str]) -> int:
    """Measure each way; print the figures."""
    parser = argparse.ArgumentParser(prog="bench telemetry", description=__doc__)
    parser.add_argument("--documents", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        alone = Watch(measures=Measures(CollectorRegistry()))
        count_in_files(Path(folder), lambda: 0)
        shared = Watch(measures=Measures(CollectorRegistry()))
        ways: dict[str, Telemetry] = {
            "nothing": SILENT,
            "metrics": alone,
            "metrics in a worker's files": shared,
            "metrics and traces of all": Watch(measures=shared.measures, traces=Traces(Nowhere(), 1.0, "worker")),
            "metrics and traces of 1 %": Watch(measures=shared.measures, traces=Traces(Nowhere(), 0.01, "worker")),
        }
        found = {way: _typical(telemetry, asked.documents, asked.rounds) for way, telemetry in ways.items()}
        page = _milliseconds(lambda: generate_latest(shared_registry(Path(folder))), 5)
    none = found["nothing"]
    table = Table("watching", "CPU ms a document", title=f"{len(_STEPS) + 2 + _OBJECTS + _KEYS} acts a document")
    for way, spent in found.items():
        table.add_row(way, f"{spent - none:.3f}")
    Console(width=100).print(table)
    added = found["metrics in a worker's files"] - none
    figures = {
        "metrics_ms": round(added, 3),
        "traces_ms": round(found["metrics and traces of all"] - none, 3),
        "traces_of_a_hundredth_ms": round(found["metrics and traces of 1 %"] - none, 3),
        "page_ms": round(page, 2),
        "met": added <= _MOST_MS,
    }
    print(json.dumps(figures))
    return 0 if figures["met"] else 1


def _typical(telemetry: Telemetry, documents: int, rounds: int) -> float:
    return median(_round(telemetry, documents) for _ in range(rounds))


def _round(telemetry: Telemetry, documents: int) -> float:
    """Return the CPU of one document's acts, in milliseconds."""
    names = [DocumentId(hashlib.sha256(str(number).encode()).hexdigest()[:32]) for number in range(1, documents + 1)]
    started = time.process_time()
    for name in names:
        _act(telemetry, name)
    return (time.process_time() - started) * 1000 / documents


def _act(telemetry: Telemetry, document: DocumentId) -> None:
    with telemetry.doing(Act.SENDING, document=document):
        headers = telemetry.message()
    with telemetry.following(headers), telemetry.doing(Act.WORK, "document", document):
        for stage in _STEPS:
            with telemetry.doing(Act.STEP, stage, document) as doing:
                for call in range((_OBJECTS + _KEYS) // len(_STEPS)):
                    with telemetry.doing(Act.KEY if call == 0 else Act.OBJECT, "unwrap" if call == 0 else "get"):
                        pass
                doing.outcome = "moved"


def _milliseconds(act: Callable[[], object], times: int) -> float:
    started = time.process_time()
    for _ in range(times):
        act()
    return (time.process_time() - started) * 1000 / times
