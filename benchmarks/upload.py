"""How long a practitioner waits, alone and beside a hospital's batch, and what many uploads at once hold in memory.

Everything runs on this machine as `verso up` runs it: embedded stores, a worker with a slot a core, one slot kept for
uploads. A latency goes from the last byte that is sent to the moment at which the ledger has the document stored.
Before anything is timed every slot reads papers of each form: what a process loads at its first one is no matter of
load. Ten minutes on two cores; the options make it shorter.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks._practice import Practice, practice
from documents.stage import WORKABLE, Stage
from specimens import Form, generate
from verso.cli.serving import MEMBERS

#: Most that the slowest twentieth may take beside a batch, against what it takes alone.
_MOST_RATIO: Final = 3.0
#: Most memory that the web may come to hold, in MiB, however many upload: what waits to be sealed (64), and pieces that
#: are being sealed and read back (eight of four each).
_MOST_AT_HAND: Final = 64 + 32
#: For the originals that are whole at once (`VERSO_RECEIVING_AT_ONCE`, two), in multiples of their size.
_MOST_WHOLE: Final = 4
#: And for each line: what it brought in one go, as the server and the parser of the form have it.
_MOST_OF_A_LINE: Final = 0.5
#: Uploads at once beside the many: how much of the memory is a matter of their number shows in the difference.
_FEWER: Final = 5
#: Papers of each form that warm every slot up.
_WARMING: Final = 6
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
    parser.add_argument("--batch", type=int, default=2000, help="documents of the hospital's batch")
    parser.add_argument("--uploads", type=int, default=20, help="uploads of each form, alone and under load")
    parser.add_argument("--at-once", type=int, default=200, help="concurrent uploads")
    parser.add_argument("--size", type=int, default=20, help="MiB of each of those")
    said = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with practice(home / "waits", MEMBERS) as running:
            waits, left = _waits(running, said.batch, said.uploads)
        floods = [
            _flooded(home / f"flood-{count}", count, said.size) for count in (said.at_once // _FEWER, said.at_once)
        ]
    return _tell(said, waits, left, floods)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """What the web had in memory for many uploads at once, in MiB."""

    count: int
    size: int
    before: float
    most: float
    after: float

    @property
    def more(self) -> float:
        """What they took at most."""
        return self.most - self.before

    @property
    def allowed(self) -> float:
        """What they may take: a bounded room, and for each no more than what its line brings in one go."""
        return _MOST_AT_HAND + _MOST_WHOLE * self.size + _MOST_OF_A_LINE * self.count


def _flooded(home: Path, count: int, size: int) -> Flood:
    """Send so many files of so many MiB at once to a web of their own."""
    with practice(home, ["web"]) as running:
        # What every upload costs once (code, connections, threads) is no matter of how many there are.
        running.most_memory_during(4, size << 20)
        before = running.memory()
        most = running.most_memory_during(count, size << 20)
        flood = Flood(count=count, size=size, before=before, most=most, after=running.memory())
    shutil.rmtree(home)
    return flood


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

    _warm(running, [_another(paper, next(number)) for paper in (*papers.values(),) * _WARMING])
    idle = measured()
    _drop(running, batch)
    loaded = measured()
    counts = running.ledger.counts(feeder="hospital")
    known = sum(counts.values())
    left = batch - known + sum(counts[stage] for stage in WORKABLE)
    return {name: Waits(idle=idle[name], loaded=loaded[name]) for name in papers}, left


def _warm(running: Practice, papers: Sequence[bytes]) -> None:
    """Hand papers over at once, so that every slot has its share."""
    visitors = [running.visitor() for _ in papers]
    with ThreadPoolExecutor(len(papers)) as pool:
        for _ in pool.map(running.seconds_to_rest, visitors, papers):
            pass


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


def _tell(said: argparse.Namespace, waits: dict[str, Waits], left: int, floods: Sequence[Flood]) -> int:
    console = Console()
    table = Table("one page", "alone, median", "alone, p95", "beside a batch, median", "p95", "ratio of p95")
    for name, found in waits.items():
        table.add_row(
            name, *(f"{value:.2f} s" for value in _row(found)), f"{found.ratio:.2f} (limit {_MOST_RATIO:.0f})"
        )
    console.print(table)
    console.print(f"a batch of {said.batch} documents, of which {left} were still to do after the last upload")
    table = Table("uploads at once", "MiB under way", "MiB before", "at most", "more", "limit", "after")
    for flood in floods:
        numbers = (flood.count * flood.size, flood.before, flood.most, flood.more, flood.allowed, flood.after)
        table.add_row(f"{flood.count} of {flood.size} MiB", *(f"{number:.0f}" for number in numbers))
    console.print(table)
    goals = {
        "loaded p95 at most 3 times the idle p95": all(found.ratio <= _MOST_RATIO for found in waits.values()),
        "the batch outlasted the uploads": left > 0,
        "memory flat under many uploads": all(flood.more <= flood.allowed for flood in floods),
    }
    figures = {
        "batch": said.batch,
        "left": left,
        "ratios": {name: round(found.ratio, 2) for name, found in waits.items()},
        "seconds": {name: [round(value, 3) for value in _row(found)] for name, found in waits.items()},
        "at_once": [flood.count for flood in floods],
        "size": said.size,
        "mib": [[round(flood.before), round(flood.most), round(flood.after)] for flood in floods],
        "allowed": [round(flood.allowed) for flood in floods],
        "goals": goals,
        "met": all(goals.values()),
    }
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0 if figures["met"] else 1


def _row(found: Waits) -> Iterator[float]:
    for values in (found.idle, found.loaded):
        yield statistics.median(values)
        yield _p95(values)


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]
