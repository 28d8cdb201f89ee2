"""How much faster two readers get through pages than one, as workers do: each takes the next page when it is free."""

import queue
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from statistics import median
from typing import Final

from benchmarks.recognition.sample import PDF, Sample
from documents.inspection import Inspection
from pipelines.read.reader import ConfinedReader

#: Pages of one run: at its end one reader waits for half a page of the other, which must not count.
_PAGES: Final = 60


def speed_up(samples: Sequence[Sample], rounds: int) -> float:
    """Return the median, over rounds in which one reader and two take turns, of how many times faster two are."""
    pages = list(islice(cycle(samples), _PAGES))
    readers = [ConfinedReader(), ConfinedReader()]
    for reader in readers:
        # A worker's first page loads what its later ones share.
        _seconds([reader], samples[:2])
    ratios = [_seconds(readers[:1], pages) / _seconds(readers, pages) for _ in range(rounds)]
    for reader in readers:
        reader.close()
    return median(ratios)


def _seconds(readers: Sequence[ConfinedReader], pages: Sequence[Sample]) -> float:
    waiting: queue.SimpleQueue[Sample | None] = queue.SimpleQueue()
    for page in pages:
        waiting.put(page)
    for _ in readers:
        waiting.put(None)
    started = time.monotonic()
    with ThreadPoolExecutor(len(readers)) as pool:
        list(pool.map(_read_all, readers, [waiting] * len(readers)))
    return time.monotonic() - started


def _read_all(reader: ConfinedReader, waiting: "queue.SimpleQueue[Sample | None]") -> None:
    while sample := waiting.get():
        list(reader.read(sample.pdf, Inspection(media_type=PDF, pages=1), 1, 1))
