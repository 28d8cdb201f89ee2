"""An insurer's night in which nothing changed, beside the bare reading, parsing and hashing of the same file."""

import argparse
import hashlib
import json
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, insert

from documents.arrival import Arrival, Declaration
from documents.document import Document
from documents.feeder import Feeder, FeederKind
from documents.night import NightStage, Reconciliation
from documents.work import Part
from pipelines.ingestion import STEPS
from pipelines.parting import do_part, open_parts
from pipelines.receive import receive
from pipelines.reimbursing.announcing import manifest_of
from pipelines.reimbursing.blocks import blocks
from pipelines.reimbursing.expanding import expanded
from pipelines.reimbursing.merging import Merger
from pipelines.reimbursing.parsing import parsed
from pipelines.reimbursing.runs import Runs
from pipelines.reimbursing.sorting import slots_of
from pipelines.reimbursing.standing import Filing, Repeated
from pipelines.reimbursing.statement import merged, whose_from_text
from pipelines.services import Services
from specimens.nights import Synthetic, write_night
from storage.nights.interface import Standing
from storage.nights.schema import standings
from verso.bootstrap import build_services, close_skills, prepare
from verso.settings import Settings, load_settings

#: Fewest lines a second of an unchanged night, on two cores.
_LEAST: Final = 100_000
#: Most memory of any process that works, in bytes.
_MOST_MEMORY: Final = 10**9
#: Most that a line may cost among many strangers, or in a longer night, against one among few in a short one.
_MOST_RATIO: Final = 1.3
_FEEDER: Final = Feeder(name="assurance", kind=FeederKind.INSURER)
_BLOCK: Final = 250_000


def main(argv: Sequence[str]) -> int:
    """Run nights of two lengths, in ledgers with few strangers and with many; print what a line costs in each."""
    parser = argparse.ArgumentParser(prog="bench insurer", description=__doc__)
    parser.add_argument("--patients", type=int, default=20_000, help="patients of the night")
    parser.add_argument("--lines-each", type=int, default=25, help="lines of each")
    parser.add_argument(
        "--strangers", type=int, default=100_000, help="patients of another insurer in the large ledger"
    )
    parser.add_argument("--changed", type=int, default=50, help="patients that change in the last night")
    parser.add_argument("--rounds", type=int, default=2, help="how often bare and night are measured in turn")
    said = parser.parse_args(argv)
    figures: dict[str, Any] = {}
    for name, patients, strangers in (
        ("half", said.patients // 2, 0),
        ("whole", said.patients, 0),
        ("strangers", said.patients, said.strangers),
    ):
        with tempfile.TemporaryDirectory() as folder:
            bench = _Bench(Path(folder), Synthetic(patients=patients, lines_each=said.lines_each), said.rounds)
            figures[name] = bench.run(strangers, said.changed if name == "whole" else 0)
    return _tell(figures)


@dataclass
class _Bench:
    """One installation, and the nights of one insurer."""

    folder: Path
    insurer: Synthetic
    rounds: int
    settings: Settings = field(init=False)

    def __post_init__(self) -> None:
        self.settings = load_settings(home=self.folder / "home", inboxes={}, largest_original=2**31)
        prepare(self.settings)

    def run(self, strangers: int, changed: int) -> dict[str, float]:
        """Let night 1 stand, then measure nights that say the same, and one in which some patients changed."""
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as one:
            one.apply(_stand, (self.settings, self.folder, self.insurer, strangers))
        lines = self.insurer.patients * self.insurer.lines_each
        bare, whole, busy, memory = [], [], [], 0
        for number in range(2, self.rounds + 2):
            with context.Pool(1) as one:
                bare.append(one.apply(_bare, (self.folder / "lines.csv.zst",)))
            seconds, processor, size = self._night(number, 0.0)
            whole.append(seconds)
            busy.append(processor)
            memory = max(memory, size)
        found = {"lines": lines, "bare": lines / min(bare), "night": lines / min(whole), "memory": memory}
        found["processor"] = lines / min(busy)
        if changed:
            seconds, _, _ = self._night(self.rounds + 2, changed / self.insurer.patients)
            found["per_changed_ms"] = (seconds - min(whole)) / changed * 1000
        return found

    def _night(self, number: int, changed: float) -> tuple[float, float, int]:
        """Return how long a night takes two processes, their processor time, and the most memory of one of them."""
        folder = self.folder / f"night-{number}"
        folder.mkdir()
        write_night(folder, self.insurer, number, chain(self.insurer.full(1), self.insurer.delta(number, changed)))
        context = multiprocessing.get_context("spawn")
        with context.Pool(2, _begin, (self.settings,)) as pool:
            document = pool.apply(_receive, (folder,))
            before = _sum_of(pool.map(_warm, range(2), chunksize=1))
            started = time.perf_counter()
            document, parts = pool.apply(_gather, (document,))
            sealed = pool.starmap(_merge, [(document, part) for part in parts], chunksize=1)
            for one in sealed:
                for held in one:
                    document = document.holding(held)
            pool.apply(_end, (document,))
            seconds = time.perf_counter() - started
            used = pool.map(_used, range(6), chunksize=1)
            return seconds, _sum_of([one[:2] for one in used]) - before, max(one[2] for one in used)


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
    receipts = {
        place.name: receive(
            Arrival(
                feeder=_FEEDER,
                batch=folder.name,
                content=place.read_bytes(),
                declaration=Declaration(file_name=place.name),
            ),
            services,
        )
        for place in sorted(folder.iterdir())
    }
    return receipts["night.json"].document


def _gather(document: Document) -> tuple[Document, Sequence[Part]]:
    services = _HELD["services"]
    gathered = STEPS[document.stage](document, services)
    return gathered, open_parts(gathered, services)


def _merge(document: Document, part: Part) -> Any:
    return do_part(document, part, _HELD["services"])


def _end(document: Document) -> None:
    services = _HELD["services"]
    night = services.ledger.nights.night(_FEEDER.name, manifest_of(document, services).night)
    STEPS[document.stage](document, services)
    close_skills(services.skills)
    if night is None or night.document != document.id:
        raise RuntimeError("the night was not applied")


def _used(_: int) -> tuple[int, float, int]:
    """Return a process, its processor time, and the most memory that it used."""
    time.sleep(0.1)
    return os.getpid(), time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _bare(place: Path) -> float:
    """Return how long reading, unpacking, parsing and hashing take, with nothing done about any line."""
    started, digest = time.perf_counter(), hashlib.sha256()

    def pieces() -> Iterator[bytes]:
        with place.open("rb") as file:
            while piece := file.read(2**20):
                digest.update(piece)
                yield piece

    for block in blocks(expanded(pieces(), "zst"), _BLOCK):
        parsed(block, "csv")
    return time.perf_counter() - started


@dataclass(frozen=True, kw_only=True)
class _Seeding(Filing):
    """Lets care stand without filing it: what an unchanged night is compared with, and nothing more."""

    rows: list[dict[str, object]]

    def file(
        self, key: str, before: Standing | None, texts: Sequence[str], whose: str, repeated: Repeated = ()
    ) -> None:
        """Note how a patient's care stands."""
        del before, repeated
        ins, _ = whose_from_text(whose)
        digest, person = self.hashes.care(merged(texts).encode()), self.hashes.whose(whose)
        self.rows.append(_row(_FEEDER.name, key, digest, person) | {"patient": self.services.archive.pseudonym(ins)})


def _row(insurer: str, key: str, digest: str, whose: str) -> dict[str, object]:
    row = {"insurer": insurer, "key": key, "slot": int(key[:8], 16), "patient": "0" * 64, "digest": digest}
    return row | {"whose": whose, "falls": None, "version": 1, "night": 1, "edition": 0, "document": None}


def _stand(settings: Settings, folder: Path, insurer: Synthetic, strangers: int) -> None:
    """Let a first night stand."""
    _begin(settings)
    services = _HELD["services"]
    first = folder / "night-1"
    first.mkdir()
    write_night(first, insurer, 1, insurer.full(1))
    (folder / "lines.csv.zst").hardlink_to(first / "lines.csv.zst")
    document, parts = _gather(_receive(first))
    night = services.ledger.nights.night(insurer.insurer, 1)
    if night is None or night.day is None:
        raise RuntimeError("the first night was not begun")
    runs, rows = Runs.of(document.id, services), list[dict[str, object]]()
    for part in parts:
        filing = _Seeding(night=night, day=night.day, services=services, rows=rows)
        Merger(filing, runs.lines_of(part.number - 1), slots_of(part.number - 1, len(parts))).merge()
    for number in range(strangers):
        key = hashlib.blake2b(number.to_bytes(8, "big"), digest_size=16).hexdigest()
        rows.append(_row("stranger", key, "1" * 64, "2" * 64))
    with create_engine(settings.ledger).begin() as connection:
        for start in range(0, len(rows), 10_000):
            connection.execute(insert(standings), rows[start : start + 10_000])
    applied = replace(night, stage=NightStage.APPLIED, reconciliation=Reconciliation())
    services.ledger.nights.end(applied)
    runs.discard()


def _tell(figures: dict[str, Any]) -> int:
    whole, half, strangers = figures["whole"], figures["half"], figures["strangers"]
    # By processor time: what a machine does beside it must not pass for growth.
    longer, among = half["processor"] / whole["processor"], whole["processor"] / strangers["processor"]
    table = Table("night", "lines", "bare, lines/s", "unchanged, lines/s", "a core-second", "of bare", "most memory")
    for name, found in figures.items():
        ratio = found["night"] / found["bare"]
        table.add_row(
            name,
            f"{found['lines']:,}",
            f"{found['bare']:,.0f}",
            f"{found['night']:,.0f}",
            f"{found['processor']:,.0f}",
            f"{ratio:.2f}",
            f"{found['memory'] / 2**20:.0f} MiB",
        )
    console = Console()
    console.print(table)
    console.print(f"a patient who changed: {whole['per_changed_ms']:.1f} ms")
    console.print(f"a line of twice the night costs {longer:.2f} times as much, among strangers {among:.2f} times")
    memory = max(found["memory"] for found in figures.values())
    met = whole["night"] >= _LEAST and memory < _MOST_MEMORY and max(longer, among) <= _MOST_RATIO
    print(json.dumps(figures | {"longer": longer, "among": among, "met": met}))
    return 0 if met else 1
