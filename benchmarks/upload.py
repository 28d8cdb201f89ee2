"""How long a practitioner waits, alone and beside a hospital's batch, and what many uploads at once hold in memory.

Everything runs on this machine as `verso up` runs it: embedded stores, a worker with a slot a core, one slot kept for
uploads. A latency goes from the last byte that is sent to the moment at which the ledger has the document stored.
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks._practice import Practice, practice
from documents.stage import WORKABLE, Stage
from specimens import Form, generate
from verso.cli.serving import RESERVED

#: Most that the slowest twentieth may take beside a batch, against what it takes alone.
_MOST_RATIO: Final = 3.0
#: Most memory that the web may come to hold for each upload under way, in MiB: the piece at hand, sealed and not.
_MOST_EACH: Final = 2.5
#: And for the originals that are whole at once (`VERSO_RECEIVING_AT_ONCE`), in multiples of their size.
_MOST_WHOLE: Final = 8
_FORMS: Final = {"born-digital": Form.DIGITAL, "scan": Form.SCANNED_PDF}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """How long uploads of one form took, in seconds."""

    idle: Sequence[float]
    loaded: Sequence[float]

    @property
    def ratio(self) -> float:
        """What the slowest twentieth took beside a batch, against alone."""
        return _p95(self.loaded) / _p95(self.idle)


def main(argv: Sequence[str]) -> int:
    """Time uploads alone and under load, then send many at once; print the figures."""
    parser = argparse.ArgumentParser(prog="bench upload", description=__doc__)
    parser.add_argument(
        "--batch", type=int, default=300, help="documents of the hospital's batch; the goal is set at 2000"
    )
    parser.add_argument("--uploads", type=int, default=20, help="uploads of each form, alone and under load")
    parser.add_argument("--at-once", type=int, default=50, help="concurrent uploads; the goal is set at 200")
    parser.add_argument("--size", type=int, default=20, help="MiB of each of those")
    said = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with practice(home / "waits", ["worker", RESERVED, "courier", "watcher", "web"]) as running:
            waits, left = _waits(running, said.batch, said.uploads)
        with practice(home / "flood", ["web"]) as running:
            # What every upload costs once (code, connections, threads) is no matter of how many there are.
            running.most_memory_during(4, said.size << 20)
            before = running.memory()
            most = running.most_memory_during(said.at_once, said.size << 20)
    return _tell(said, waits, left, before, most)


def _waits(running: Practice, batch: int, uploads: int) -> tuple[dict[str, Waits], int]:
    """Return how long uploads took, and how much of the batch was left after the last one."""
    visitor = running.visitor()
    papers = {name: _stored(running, form) for name, form in _FORMS.items()}
    number = iter(range(1_000_000))

    def timed(name: str) -> float:
        seconds, document = running.seconds_to_rest(visitor, _another(papers[name], next(number)))
        if document.stage is not Stage.STORED:
            message = f"{document.id} is {document.stage}"
            raise RuntimeError(message)
        return seconds

    def measured() -> dict[str, list[float]]:
        rounds = [{name: timed(name) for name in papers} for _ in range(uploads)]
        return {name: [one[name] for one in rounds] for name in papers}

    idle = measured()
    _drop(running, batch)
    loaded = measured()
    counts = running.ledger.counts(feeder="hospital")
    known = sum(counts.values())
    left = batch - known + sum(counts[stage] for stage in WORKABLE)
    return {name: Waits(idle=idle[name], loaded=loaded[name]) for name in papers}, left


def _stored(running: Practice, form: Form) -> bytes:
    """Return a paper of one page of a form that is stored without a person."""
    visitor = running.visitor()
    for specimen in generate(40, 17, forms=(form,), degradations=("light200",)):
        _, document = running.seconds_to_rest(visitor, specimen.content)
        if document.stage is Stage.STORED and document.pages == 1:
            return specimen.content
    message = "no specimen is stored by itself"
    raise RuntimeError(message)


def _another(paper: bytes, number: int) -> bytes:
    """Return the same paper as another file: what follows the end of a PDF is no matter of its pages."""
    return paper + f"\n% {number}\n".encode()


def _drop(running: Practice, batch: int) -> None:
    """Hand a hospital's batch over, a fifth of it scans, and wait until it is worked on."""
    forms = (Form.DIGITAL, Form.DIGITAL, Form.DIGITAL, Form.DIGITAL, Form.SCANNED_PDF)
    papers = [next(generate(1, seed, forms=(form,))) for seed, form in enumerate(islice(cycle(forms), 40))]
    folder = running.inbox / "night"
    hidden = running.inbox.parent / "night"
    hidden.mkdir()
    for number, paper in enumerate(islice(cycle(papers), batch)):
        (hidden / f"{number:05d}.pdf").write_bytes(_another(paper.content, number))
    hidden.rename(folder)
    while running.ledger.counts(feeder="hospital")[Stage.STORED] == 0:
        pass


def _tell(said: argparse.Namespace, waits: dict[str, Waits], left: int, before: float, most: float) -> int:
    console = Console()
    table = Table("one page", "alone, median", "alone, p95", "beside a batch, median", "p95", "ratio of p95")
    for name, found in waits.items():
        table.add_row(
            name, *(f"{value:.2f} s" for value in _row(found)), f"{found.ratio:.2f} (limit {_MOST_RATIO:.0f})"
        )
    console.print(table)
    allowed = said.at_once * _MOST_EACH + _MOST_WHOLE * said.size
    console.print(f"a batch of {said.batch} documents, of which {left} were still to do after the last upload")
    console.print(
        f"{said.at_once} uploads of {said.size} MiB at once: {before:.0f} MiB before, {most:.0f} MiB at most; "
        f"{most - before:.0f} MiB more, limit {allowed:.0f} of {said.at_once * said.size} under way"
    )
    met = left > 0 and all(found.ratio <= _MOST_RATIO for found in waits.values()) and most - before <= allowed
    figures = {
        "batch": said.batch,
        "left": left,
        "ratios": {name: round(found.ratio, 2) for name, found in waits.items()},
        "seconds": {name: [round(value, 3) for value in _row(found)] for name, found in waits.items()},
        "at_once": said.at_once,
        "mib": [round(before), round(most)],
        "met": met,
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0 if met else 1


def _row(found: Waits) -> Iterator[float]:
    for values in (found.idle, found.loaded):
        yield statistics.median(values)
        yield _p95(values)


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]
