"""An insurer's night in which nothing changed, beside the bare reading, parsing and hashing of the same files.

At its own size, five million lines of 200 000 patients of whom 5 % change in one more night, it takes a quarter of an
hour of two idle cores at most; `--patients 40000` is a million lines.
"""

import argparse
import hashlib
import json
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from benchmarks._insured import FILES, drawn, end, seed, stand, strangers
from documents.arrival import Arrival, Declaration
from documents.document import Document
from documents.feeder import Feeder, FeederKind
from documents.night import Night
from documents.work import Part
from pipelines.ingestion import STEPS
from pipelines.parting import do_part, open_parts
from pipelines.receive import receive
from pipelines.reimbursing.announcing import manifest_of
from pipelines.reimbursing.blocks import blocks
from pipelines.reimbursing.bounds import NightBounds
from pipelines.reimbursing.expanding import expanded
from pipelines.reimbursing.parsing import parsed
from pipelines.services import Services
from specimens.nights import Synthetic, Written, write_file, write_manifest
from verso.bootstrap import build_services, close_skills, prepare
from verso.settings import Settings, load_settings

#: Fewest lines a second of an unchanged night, on two cores.
_LEAST: Final = 100_000
#: Most memory of any process that works, in bytes.
_MOST_MEMORY: Final = 10**9
#: Most that a line may cost among many strangers, or in a longer night, against one among few in a short one.
_MOST_RATIO: Final = 1.3
_HANDS: Final = 2
_FEEDER: Final = Feeder(name="assurance", kind=FeederKind.INSURER)
_CONSOLE: Final = Console()


def main(argv: Sequence[str]) -> int:
    """Run nights of two lengths, in ledgers with few strangers and with many; print what a line costs in each."""
    parser = argparse.ArgumentParser(prog="bench insurer", description=__doc__)
    parser.add_argument("--patients", type=int, default=200_000, help="patients of the night")
    parser.add_argument("--lines-each", type=int, default=25, help="lines of each")
    parser.add_argument("--strangers", type=int, help="patients of another insurer in the larger ledger: twice as many")
    parser.add_argument("--changed", type=float, default=0.05, help="share of the patients who change in the last one")
    parser.add_argument("--rounds", type=int, default=2, help="how often bare and night are measured in turn")
    said = parser.parse_args(argv)
    insurer = Synthetic(patients=said.patients, lines_each=said.lines_each)
    with tempfile.TemporaryDirectory() as place:
        drawer = _Drawer(folder=Path(place), insurer=insurer)
        figures: dict[str, Any] = {}
        half = _House(Path(place) / "half", drawer, FILES // 2)
        figures["half"] = half.unchanged(said.rounds)
        whole = _House(Path(place) / "whole", drawer, FILES)
        figures["whole"] = whole.unchanged(said.rounds)
        stand(list(strangers(2 * said.patients if said.strangers is None else said.strangers)), whole.settings)
        figures["strangers"] = whole.unchanged(said.rounds)
        figures["changed"] = whole.changed(said.changed, figures["strangers"]) if said.changed else None
    return _tell(figures)


class _Drawer:
    """The files of a first night, drawn once for all."""

    def __init__(self, folder: Path, insurer: Synthetic) -> None:
        self.folder, self.insurer = folder, insurer
        started = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(_HANDS) as pool:
            self.files = drawn(folder, insurer, pool)
        lines = sum(file.lines for file in self.files)
        _CONSOLE.print(f"{lines:,} lines drawn in {time.perf_counter() - started:.0f} s")


@dataclass
class _House:
    """One installation that an insurer feeds, in which its first night stands."""

    folder: Path
    drawer: _Drawer
    #: How many of the files are the night's.
    count: int
    settings: Settings = field(init=False)
    _nights: int = field(default=1, init=False)

    def __post_init__(self) -> None:
        self.settings = load_settings(home=self.folder / "home", inboxes={}, largest_original=2**31)
        self.folder.mkdir()
        prepare(self.settings)
        started = time.perf_counter()
        with self._pool() as pool:
            document = pool.apply(_receive, (self._written(1, ()),))
            gathered, parts = pool.apply(_gather, (document,))
            for rows in pool.starmap(_seed, [(gathered, 1, part, len(parts)) for part in parts], chunksize=1):
                stand(rows, self.settings)
            pool.apply(_end_seeded, (gathered, 1))
        _CONSOLE.print(f"a first night of {self.lines:,} lines stands after {time.perf_counter() - started:.0f} s")

    @property
    def files(self) -> Sequence[Written]:
        """The files of the night."""
        return self.drawer.files[: self.count]

    @property
    def lines(self) -> int:
        """How many lines they hold."""
        return sum(file.lines for file in self.files)

    def unchanged(self, rounds: int) -> dict[str, float]:
        """Measure nights that say what stands, each after the bare cost of their files; return the best of both."""
        bare, seconds, busy, memory = [], [], [], 0.0
        for _ in range(rounds):
            with self._pool() as pool:
                bare.append(pool.apply(_bare, ([self.drawer.folder / file.name for file in self.files],)))
            took, processor, size = self._night(())
            seconds.append(took)
            busy.append(processor)
            memory = max(memory, size)
            _CONSOLE.print(f"a night of {self.lines:,} lines took {took:.0f} s, bare {bare[-1]:.0f} s")
        return {
            "lines": self.lines,
            "seconds": min(seconds),
            "busy": min(busy),
            "bare": self.lines / min(bare),
            "night": self.lines / min(seconds),
            "processor": self.lines / min(busy),
            "memory": memory,
        }

    def changed(self, share: float, unchanged: dict[str, float]) -> dict[str, float]:
        """Measure a night in which some patients changed, against one in which nobody did."""
        insurer, number = self.drawer.insurer, self._nights + 1
        extra = write_file(self.folder / "changed.csv.zst", insurer.delta(number, share))
        took, processor, size = self._night([extra])
        patients = len(extra.patients)
        _CONSOLE.print(f"a night of which {patients:,} patients changed took {took:.0f} s")
        each, busy = (took - unchanged["seconds"]) / patients, (processor - unchanged["busy"]) / patients
        return {
            "patients": patients,
            "seconds": took,
            "each_ms": each * 1000,
            "busy_ms": busy * 1000,
            "memory": size,
        }

    def _night(self, extra: Sequence[Written]) -> tuple[float, float, float]:
        """Return how long a night takes two processes, their processor time, and the most memory of one of them."""
        self._nights += 1
        folder = self._written(self._nights, extra)
        with self._pool() as pool:
            document = pool.apply(_receive, (folder,))
            before = _sum_of(pool.map(_warm, range(_HANDS), chunksize=1))
            started = time.perf_counter()
            document, parts = pool.apply(_gather, (document,))
            for one in pool.starmap(_merge, [(document, part) for part in parts], chunksize=1):
                document = document.holding(*one)
            pool.apply(_end, (document,))
            seconds = time.perf_counter() - started
            used = pool.map(_used, range(3 * _HANDS), chunksize=1)
            return seconds, _sum_of([one[:2] for one in used]) - before, max(one[2] for one in used)

    def _written(self, night: int, extra: Sequence[Written]) -> Path:
        """Return a folder with a manifest, and with the files that it names and that did not come before."""
        folder = self.folder / f"night-{night}"
        folder.mkdir()
        for file in self.files if night == 1 else extra:
            (folder / file.name).hardlink_to((self.drawer.folder if night == 1 else self.folder) / file.name)
        write_manifest(folder, self.drawer.insurer, night, [*self.files, *extra])
        return folder

    def _pool(self) -> Pool:
        return multiprocessing.get_context("spawn").Pool(_HANDS, _begin, (self.settings,))


#: What a process of the pool works with.
_HELD: Final[dict[str, Services]] = {}


def _begin(settings: Settings) -> None:
    _HELD["services"] = build_services(settings)


def _sum_of(used: Sequence[tuple[int, float]]) -> float:
    """Return the processor time of several processes, each asked once or more often."""
    return sum({process: max(time for one, time in used if one == process) for process, _ in used}.values())


def _warm(_: int) -> tuple[int, float]:
    """Let an engine start its threads before the clock runs; return the process and its processor time."""
    parsed(next(blocks([b"a\n"], 1)), "csv")
    time.sleep(0.5)
    return os.getpid(), time.process_time()


def _receive(folder: Path) -> Document:
    services = _HELD["services"]
    for place in sorted(folder.iterdir()):
        declared = Declaration(file_name=place.name)
        arrival = Arrival(feeder=_FEEDER, batch=folder.name, content=place.read_bytes(), declaration=declared)
        document = receive(arrival, services).document
    # The manifest is the last by its name.
    return document


def _gather(document: Document) -> tuple[Document, Sequence[Part]]:
    services = _HELD["services"]
    gathered = STEPS[document.stage](document, services)
    return gathered, open_parts(gathered, services)


def _seed(document: Document, number: int, part: Part, parts: int) -> list[dict[str, object]]:
    return seed(document, _night(number), part, parts, _HELD["services"])


def _end_seeded(document: Document, number: int) -> None:
    end(document, _night(number), _HELD["services"])


def _night(number: int) -> Night:
    found = _HELD["services"].ledger.nights.night(_FEEDER.name, number)
    if found is None:
        raise RuntimeError("the night was not begun")
    return found


def _merge(document: Document, part: Part) -> Any:
    return do_part(document, part, _HELD["services"])


def _end(document: Document) -> None:
    services = _HELD["services"]
    number = manifest_of(document, services).night
    STEPS[document.stage](document, services)
    close_skills(services.skills)
    told = _night(number).reconciliation
    if told is None or not told.balances:
        raise RuntimeError("the night was not applied to its last line")


def _used(_: int) -> tuple[int, float, int]:
    """Return a process, its processor time with that of its confined children, and the most memory that it used."""
    time.sleep(0.1)
    close_skills(_HELD["services"].skills)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = time.process_time() + children.ru_utime + children.ru_stime
    return os.getpid(), busy, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _bare(places: Sequence[Path]) -> float:
    """Return how long reading, unpacking, parsing and hashing take, with nothing done about any line."""
    started = time.perf_counter()
    for place in places:
        for block in blocks(expanded(_read(place), "zst"), NightBounds().lines_per_run):
            parsed(block, "csv")
    return time.perf_counter() - started


def _read(place: Path) -> Iterator[bytes]:
    digest = hashlib.sha256()
    with place.open("rb") as file:
        while piece := file.read(2**20):
            digest.update(piece)
            yield piece


def _tell(figures: dict[str, Any]) -> int:
    whole, half, among_them = figures["whole"], figures["half"], figures["strangers"]
    # By processor time: what a machine does beside it must not pass for growth.
    longer, among = half["processor"] / whole["processor"], whole["processor"] / among_them["processor"]
    table = Table("night", "lines", "bare, lines/s", "unchanged, lines/s", "a core-second", "of bare", "most memory")
    for name in ("half", "whole", "strangers"):
        found = figures[name]
        ratio = found["night"] / found["bare"]
        rates = (f"{found[rate]:,.0f}" for rate in ("lines", "bare", "night", "processor"))
        table.add_row(name, *rates, f"{ratio:.2f}", f"{found['memory'] / 2**20:.0f} MiB")
    _CONSOLE.print(table)
    _CONSOLE.print(f"a line of twice the night costs {longer:.2f} times as much, among strangers {among:.2f} times")
    changed = figures["changed"]
    if changed:
        each, busy = changed["each_ms"], changed["busy_ms"]
        _CONSOLE.print(f"a patient who changed, one of {changed['patients']:,}: {each:.1f} ms, {busy:.1f} ms of a core")
    memory = max(found["memory"] for found in figures.values() if found)
    met = whole["night"] >= _LEAST and memory < _MOST_MEMORY and max(longer, among) <= _MOST_RATIO
    # By these names `bench country --stdin` takes them up.
    said = {"lines_a_second": whole["processor"]} | ({"publish_ms": changed["busy_ms"]} if changed else {})
    print(json.dumps(figures | said | {"longer": longer, "among": among, "met": met}))
    return 0 if met else 1
