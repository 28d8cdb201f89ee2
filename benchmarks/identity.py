"""Whose document is it: wrong-patient filings and matched share of degraded scans, read for real, one in ten a trap."""

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console

from benchmarks.identification.conveying import folder_of, misread, read
from benchmarks.identification.drafts import draft
from benchmarks.identification.tally import Result, Tally, judge
from pipelines.identify.identifier import EvidenceIdentifier
from pipelines.read.reader import ConfinedReader
from specimens.people import LAST_DAY

#: Documents that one process does in one go: one start of a confined reader each.
_AT_ONCE: Final = 50


def main(argv: Sequence[str]) -> int:
    """Identify generated documents and print how many were filed, and how many wrongly."""
    parser = argparse.ArgumentParser(prog="bench identity", description=__doc__)
    parser.add_argument("--documents", type=int, default=600, help="the goal speaks of 5000: an hour of one core")
    parser.add_argument("--first", type=int, default=0, help="number of the first document")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--state", type=Path, help="folder that keeps readings, so that a run can be taken up again")
    parser.add_argument("--noise", action="store_true", help="misread texts by chance instead of reading pixels: fast")
    arguments = parser.parse_args(argv)
    numbers = range(arguments.first, arguments.first + arguments.documents)
    kept = folder_of(arguments.state, arguments.seed) if arguments.state else None
    tally, started = Tally(), time.monotonic()
    for result in run(numbers, arguments.seed, kept, noise=arguments.noise):
        tally.results.append(result)
        if len(tally.results) % 500 == 0:
            print(f"{len(tally.results)} documents, {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    tally.show(Console())
    print(json.dumps({**tally.figures(), "read": not arguments.noise, "seed": arguments.seed}))
    return 0 if tally.met else 1


def run(numbers: Sequence[int], seed: int, kept: Path | None, *, noise: bool) -> Iterator[Result]:
    """Yield what becomes of documents, by as many processes as there are cores."""
    do = partial(identify_all, seed=seed, kept=kept, noise=noise)
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, mp_context=multiprocessing.get_context("spawn")) as pool:
        for results in pool.map(do, _runs(numbers)):
            yield from results


def identify_all(numbers: Sequence[int], *, seed: int, kept: Path | None, noise: bool) -> list[Result]:
    """Draw, convey and identify some documents, and hold each answer against the truth."""
    identifier = EvidenceIdentifier(accept_test_oids=True, today=lambda: LAST_DAY)
    results = []
    with ExitStack() as stack:
        reader = ConfinedReader()
        stack.callback(reader.close)
        for number in numbers:
            drawn = draft(number, seed)
            pages = misread(drawn) if noise else read(drawn, reader, kept)
            started = time.process_time()
            answer = identifier.identify(pages, drawn.declaration)
            results.append(judge(drawn, answer, time.process_time() - started))
    return results


def _runs(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]
