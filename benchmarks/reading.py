"""Reading pages: errors, cost and memory by kind of degradation, beside bare Tesseract and OCRmyPDF in one run."""

import argparse
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from benchmarks.recognition.arm import Arm, score_of
from benchmarks.recognition.kept import read_kept
from benchmarks.recognition.pace import speed_up
from benchmarks.recognition.report import DERIVING, OCRMYPDF, TESSERACT, VERSO, figures_of, html_of, show
from benchmarks.recognition.sample import samples
from benchmarks.recognition.spending import born_digital_ms, long_scan_mb, peak_mb
from benchmarks.recognition.ways import by_ocrmypdf, by_reader, by_reader_and_renderer, by_tesseract, find
from pipelines.read.engines.choice import EngineName
from pipelines.read.reader import ConfinedReader
from pipelines.render.renderer import ConfinedRenderer

_ENGINES: Final = {
    VERSO: None,
    "verso (tesserocr)": EngineName.TESSEROCR,
    "verso (pytesseract)": EngineName.PYTESSERACT,
}


def main(argv: Sequence[str]) -> int:
    """Measure and print; return 0 when every goal is met."""
    parser = argparse.ArgumentParser(prog="./run bench reading", description=__doc__)
    parser.add_argument("--pages", type=int, default=6, help="pages of each kind (default: %(default)s)")
    parser.add_argument(
        "--peer-pages", type=int, default=2, help="pages of each kind for OCRmyPDF, which takes 10 s each"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of one reader and two in turn (default: %(default)s)")
    parser.add_argument("--kept", type=Path, help="a folder of real scans, each with its text beside it")
    parser.add_argument("--seed", type=int, default=20260)
    parser.add_argument("--report", type=Path, default=Path(tempfile.gettempdir()) / "verso-reading.html")
    parser.add_argument("--long", type=int, default=500, help="pages of the long scan (default: %(default)s)")
    options = parser.parse_args(argv)
    pages = list(samples(options.pages, options.seed))
    readers = {name: ConfinedReader(engine=engine) for name, engine in _ENGINES.items()}
    renderer = ConfinedRenderer()
    arms = [Arm(name, by_reader(reader)) for name, reader in readers.items()]
    arms += [Arm(DERIVING, by_reader_and_renderer(readers[VERSO], renderer)), Arm(TESSERACT, by_tesseract)]
    if find("ocrmypdf") and find("gs") and find("unpaper"):
        arms.append(Arm(OCRMYPDF, by_ocrmypdf, most=options.peer_pages))
    for arm in arms:
        # Models are loaded once a worker, not once a page.
        arm.read(pages[0])
    for sample in pages:
        for arm in arms:
            if arm.wants(sample):
                arm.scores.append(score_of(sample, *arm.read(sample)))
    for arm in arms:
        if arm.name in readers:
            arm.peak_mb = peak_mb(readers[arm.name].pid)
    others = {
        "born_digital_ms": born_digital_ms(readers[VERSO]),
        "long_scan_mb": long_scan_mb(pages, options.long),
        "speed_up": speed_up(pages, options.rounds),
        "load": os.getloadavg()[0],
    }
    kept = list(read_kept(options.kept, readers[VERSO])) if options.kept else []
    for reader in readers.values():
        reader.close()
    renderer.close()
    figures = figures_of(arms, others, kept)
    show(arms, figures)
    options.report.write_text(html_of(arms, figures), encoding="utf-8")
    print(json.dumps(figures))
    return 0 if figures["met"] else 1
