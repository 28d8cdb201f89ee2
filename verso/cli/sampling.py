"""Samples for whoever looks at the pages for the first time: synthetic papers, some handed over and some to drop."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from documents.arrival import Arrival, Declaration
from documents.feeder import Feeder
from specimens import Form, Specimen, generate
from verso.bootstrap import build_services
from verso.settings import Settings
from workers.submit import open_counter

#: Decide which papers are made: the same every time.
_HANDED_OVER: Final = 2026
_TO_DROP: Final = 2027


def hand_samples(settings: Settings, feeder: Feeder) -> int:
    """Hand a few synthetic papers over for a feeder, as one submission; nothing where there are documents already.

    Returns:
        How many were handed over.

    Raises:
        Interrupted: Stores, keys or ledger failed.
    """
    services = build_services(settings)
    if any(services.ledger.counts().values()):
        return 0
    counter = open_counter(services, settings)
    submission = f"w-{secrets.token_hex(16)}"
    papers = list(_papers(_HANDED_OVER))
    for paper in papers:
        declaration = Declaration(file_name=paper.name)
        counter.receive(Arrival(feeder=feeder, batch=submission, content=paper.content, declaration=declaration))
    return len(papers)


def lay_out_samples(folder: Path) -> None:
    """Write a few synthetic papers that can be dropped on the page, unless they are there."""
    folder.mkdir(exist_ok=True)
    if not any(folder.iterdir()):
        for paper in _papers(_TO_DROP):
            (folder / paper.name).write_bytes(paper.content)


def _papers(seed: int) -> Iterator[Specimen]:
    """Yield letters and results, and two scans."""
    yield from generate(6, seed, forms=(Form.DIGITAL,))
    yield from generate(2, seed + 100, forms=(Form.SCANNED_PDF, Form.JPEG), degradations=("light200",))
