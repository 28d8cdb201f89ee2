"""Reading pages: errors, cost and memory by kind of degradation, beside bare Tesseract and OCRmyPDF in one run."""

import argparse
import io
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

import numpy as np
import pikepdf
import pypdfium2
from rich.console import Console
from rich.table import Table

from documents.inspection import Inspection
from documents.page import Source
from pipelines.read.engines.choice import EngineName
from pipelines.read.reader import ConfinedReader
from pipelines.render.renderer import ConfinedRenderer
from specimens import Form, generate

#: Seven kinds of degradation, as in the goals.
_KINDS: Final = ("clean300", "light200", "light300", "medium200", "medium300", "fax200", "photo300")
_FAX: Final = "fax200"
_PDF: Final = "application/pdf"
_VERSO, _DERIVING, _LIBRARY, _PROGRAM = "verso", "verso, PDF and preview", "verso (tesserocr)", "verso (pytesseract)"
_TESSERACT, _OCRMYPDF = "tesseract", "ocrmypdf"
_ENGINES: Final = {_VERSO: None, _LIBRARY: EngineName.TESSEROCR, _PROGRAM: EngineName.PYTESSERACT}
#: Paperless-ngx's defaults with cleaning: PDF/A, clean, deskew, rotate. It also says to skip pages with text, which
#: these pages have none of and which OCRmyPDF refuses to do with Debian 12's Ghostscript.
_PAPERLESS: Final = (
    "--output-type",
    "pdfa",
    "--clean",
    "--deskew",
    "--rotate-pages",
    "-l",
    "fra",
    "-j",
    "1",
)
_TICK: Final = 1.0 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One scanned page: the PDF, the image in it, the truth."""

    kind: str
    pdf: bytes = field(repr=False)
    image: bytes = field(repr=False)
    truth: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one arm did on one page."""

    kind: str
    wrong_letters: int
    letters: int
    wrong_words: int
    words: int
    cpu: float


@dataclass(slots=True)
class Arm:
    """One way of reading: a function from a sample to its text, and what it used."""

    name: str
    read: Callable[[Sample], tuple[str, float]]
    scores: list[Score] = field(default_factory=list)
    peak_mb: float = 0.0

    def errors(self, kinds: Iterable[str]) -> float:
        """Return the mean over kinds of the character error rate in per cent."""
        return float(np.mean([self._error(kind) for kind in kinds]))

    def word_errors(self) -> float:
        """Return the word error rate in per cent."""
        return 100.0 * sum(s.wrong_words for s in self.scores) / sum(s.words for s in self.scores)

    def cpu(self) -> float:
        """Return processor seconds a page."""
        return sum(s.cpu for s in self.scores) / len(self.scores)

    def by_kind(self) -> dict[str, float]:
        """Return the character error rate of each kind."""
        return {kind: self._error(kind) for kind in _KINDS}

    def _error(self, kind: str) -> float:
        mine = [score for score in self.scores if score.kind == kind]
        return 100.0 * sum(s.wrong_letters for s in mine) / max(sum(s.letters for s in mine), 1)


def main(argv: Sequence[str]) -> int:
    """Measure and print; return 0 when every goal is met."""
    parser = argparse.ArgumentParser(prog="./run bench reading", description=__doc__)
    parser.add_argument("--pages", type=int, default=6, help="pages of each kind (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=20260)
    parser.add_argument("--report", type=Path, default=Path(tempfile.gettempdir()) / "verso-reading.html")
    parser.add_argument("--long", type=int, default=500, help="pages of the long scan (default: %(default)s)")
    options = parser.parse_args(argv)
    samples = list(_samples(options.pages, options.seed))
    readers = {name: ConfinedReader(engine=engine) for name, engine in _ENGINES.items()}
    renderer = ConfinedRenderer()
    arms = [Arm(name, _by_reader(reader)) for name, reader in readers.items()]
    arms += [Arm(_DERIVING, _by_reader_and_renderer(readers[_VERSO], renderer)), Arm(_TESSERACT, _by_tesseract)]
    if _find("ocrmypdf") and _find("gs") and _find("unpaper"):
        arms.append(Arm(_OCRMYPDF, _by_ocrmypdf))
    for arm in arms:
        # Models are loaded once a worker, not once a page.
        arm.read(samples[0])
    for sample in samples:
        for arm in arms:
            arm.scores.append(_score(sample, *arm.read(sample)))
    for arm in arms:
        if arm.name in readers:
            arm.peak_mb = _peak_mb(readers[arm.name].pid)
    others = {
        "born_digital_ms": _born_digital_ms(readers[_VERSO]),
        "long_scan_mb": _long_scan_mb(samples, options.long),
        "speed_up": _speed_up(samples),
        "load": os.getloadavg()[0],
    }
    for reader in readers.values():
        reader.close()
    renderer.close()
    figures = _figures(arms, others)
    _print(arms, figures)
    options.report.write_text(_html(arms, figures), encoding="utf-8")
    print(json.dumps(figures))
    return 0 if figures["met"] else 1


def _samples(pages: int, seed: int) -> Iterator[Sample]:
    for number, kind in enumerate(_KINDS):
        for made in generate(pages, seed + number, forms=(Form.SCANNED_PDF,), degradations=(kind,)):
            yield Sample(kind=kind, pdf=made.content, image=_image(made.content), truth=made.truth.pages[0])


def _image(pdf: bytes) -> bytes:
    """Return the scan in a PDF's first page as the file that a scanner would have given."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    picture = next(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])).get_bitmap().to_pil()
    dpi = picture.width / (page.get_width() / 72)
    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(dpi, dpi), compress_level=1)
    document.close()
    return file.getvalue()


def _by_reader(reader: ConfinedReader) -> Callable[[Sample], tuple[str, float]]:
    def read(sample: Sample) -> tuple[str, float]:
        before, ours = _cpu(reader.pid), time.process_time()
        (page,) = reader.read(sample.pdf, Inspection(media_type=_PDF, pages=1), 1, 1)
        return page.text, _cpu(reader.pid) - before + time.process_time() - ours

    return read


def _by_reader_and_renderer(
    reader: ConfinedReader, renderer: ConfinedRenderer
) -> Callable[[Sample], tuple[str, float]]:
    def read(sample: Sample) -> tuple[str, float]:
        before, ours = _cpu(reader.pid) + _cpu(renderer.pid), time.process_time()
        inspection = Inspection(media_type=_PDF, pages=1)
        pages = list(reader.read(sample.pdf, inspection, 1, 1))
        made = renderer.preview(sample.pdf, inspection, pages[0]), renderer.searchable(sample.pdf, inspection, pages)
        if not all(isinstance(one, bytes) for one in made):
            raise RuntimeError("a scan without its preview or searchable PDF")
        return pages[0].text, _cpu(reader.pid) + _cpu(renderer.pid) - before + time.process_time() - ours

    return read


def _by_tesseract(sample: Sample) -> tuple[str, float]:
    return _run(["tesseract", "-", "-", "-l", "fra"], sample.image)


def _by_ocrmypdf(sample: Sample) -> tuple[str, float]:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        text = Path(folder, "text.txt")
        _, cpu = _run(["ocrmypdf", *_PAPERLESS, "--sidecar", str(text), "-", "-"], sample.pdf)
        return (text.read_text(encoding="utf-8") if text.exists() else ""), cpu


def _find(program: str) -> str | None:
    # Programs that a virtual environment brings stand beside its interpreter.
    return shutil.which(program, path=f"{Path(sys.executable).parent}:{os.defpath}:/usr/bin")


def _run(command: Sequence[str], given: bytes) -> tuple[str, float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.defpath}", "OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, input=given, capture_output=True, check=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout.decode("utf-8", "replace"), cpu


def _cpu(pid: int | None) -> float:
    """Return the processor seconds of a confined child and of the programs that it ran; none before it is started."""
    if pid is None:
        return 0.0
    cells = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return sum(map(int, cells[11:15])) * _TICK


def _peak_mb(pid: int | None) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (peak,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def _born_digital_ms(reader: ConfinedReader) -> float:
    made = list(generate(40, 77, forms=(Form.DIGITAL,)))
    pages = 0
    before, ours = _cpu(reader.pid), time.process_time()
    for specimen in made:
        inspection = Inspection(media_type=_PDF, pages=len(specimen.truth.pages))
        pages += len(list(reader.read(specimen.content, inspection, 1, inspection.pages)))
    return 1000.0 * (_cpu(reader.pid) - before + time.process_time() - ours) / pages


def _long_scan_mb(samples: Sequence[Sample], pages: int) -> float:
    """Return the most memory that the child of one slot holds while it reads one long scan, in MB."""
    scan = pikepdf.new()
    for number in range(pages):
        with pikepdf.open(io.BytesIO(samples[number % len(samples)].pdf)) as page:
            scan.pages.append(page.pages[0])
    content = io.BytesIO()
    scan.save(content)
    reader = ConfinedReader()
    for read in reader.read(content.getvalue(), Inspection(media_type=_PDF, pages=pages), 1, pages):
        if read.source is Source.FAILED:
            raise RuntimeError(f"page {read.number} was not read")
    peak = _peak_mb(reader.pid)
    reader.close()
    return peak


def _speed_up(samples: Sequence[Sample]) -> float:
    """Return how many times faster two readers get through the same pages than one."""
    some = samples[:: max(len(samples) // 12, 1)]
    readers = [ConfinedReader(), ConfinedReader()]
    for reader in readers:
        reader.layers()
    seconds = []
    for used in (readers[:1], readers):
        started = time.monotonic()
        with ThreadPoolExecutor(len(used)) as pool:
            list(pool.map(_read_all, used, [some[slot :: len(used)] for slot in range(len(used))]))
        seconds.append(time.monotonic() - started)
    for reader in readers:
        reader.close()
    return seconds[0] / seconds[1]


def _read_all(reader: ConfinedReader, samples: Sequence[Sample]) -> None:
    for sample in samples:
        list(reader.read(sample.pdf, Inspection(media_type=_PDF, pages=1), 1, 1))


def _score(sample: Sample, text: str, cpu: float) -> Score:
    truth, found = _normal(sample.truth), _normal(text)
    return Score(
        kind=sample.kind,
        wrong_letters=distance(list(truth), list(found)),
        letters=len(truth),
        wrong_words=distance(truth.split(), found.split()),
        words=len(truth.split()),
        cpu=cpu,
    )


def _normal(text: str) -> str:
    """Return a text with one kind of quote, dash and space: print does not tell them apart. Accents count."""
    plain = unicodedata.normalize("NFC", text).translate(str.maketrans("\u2019\u2013\u2014", "'--"))
    return " ".join(plain.split())


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the Levenshtein distance between two sequences."""
    numbers: dict[str, int] = {}
    first, second = (np.array([numbers.setdefault(item, len(numbers)) for item in seq]) for seq in (one, other))
    places = np.arange(len(first) + 1)
    row = places.copy()
    for count, item in enumerate(second, start=1):
        best = np.minimum(row[:-1] + (first != item), row[1:] + 1)
        row = np.minimum.accumulate(np.concatenate(([count], best)) - places) + places
    return int(row[-1])


def _figures(arms: Sequence[Arm], others: Mapping[str, float]) -> dict[str, object]:
    by_name = {arm.name: arm for arm in arms}
    verso, tesseract = by_name[_VERSO], by_name[_TESSERACT]
    clear = [kind for kind in _KINDS if kind != _FAX]
    ours, theirs = verso.by_kind(), tesseract.by_kind()
    goals = {
        "cpu_at_most_065_of_tesseract": verso.cpu() <= 0.65 * tesseract.cpu(),
        "cer_at_most_half_a_per_cent": verso.errors(clear) <= 0.5,
        "cer_at_most_a_tenth_of_tesseract": verso.errors(clear) <= 0.1 * tesseract.errors(clear),
        "fax_at_most_08_of_tesseract": ours[_FAX] <= 0.8 * theirs[_FAX],
        "never_worse_by_more_than_a_tenth_of_a_point": all(ours[kind] <= theirs[kind] + 0.1 for kind in _KINDS),
        "born_digital_at_most_6_ms": others["born_digital_ms"] <= 6.0,
        "long_scan_under_600_mb": others["long_scan_mb"] < 600.0,
        "two_workers_at_least_19": others["speed_up"] >= 1.9,
    }
    if _OCRMYPDF in by_name:
        theirs_cpu = by_name[_OCRMYPDF].cpu()
        goals["cpu_at_most_010_of_ocrmypdf"] = verso.cpu() <= 0.10 * theirs_cpu
        goals["cpu_with_pdf_and_preview_at_most_020_of_ocrmypdf"] = by_name[_DERIVING].cpu() <= 0.20 * theirs_cpu
    return {
        "bench": "reading",
        "arms": {
            arm.name: {
                "cpu_seconds": round(arm.cpu(), 3),
                "pages_per_core_second": round(1 / arm.cpu(), 2),
                "ratio_to_tesseract": round(arm.cpu() / tesseract.cpu(), 3),
                "cer": {kind: round(error, 2) for kind, error in arm.by_kind().items()},
                "cer_without_fax": round(arm.errors(clear), 2),
                "wer": round(arm.word_errors(), 2),
                "peak_mb": round(arm.peak_mb),
            }
            for arm in arms
        },
        **{name: round(value, 2) for name, value in others.items()},
        "not_installed": [] if _OCRMYPDF in by_name else [_OCRMYPDF],
        "goals": goals,
        "met": all(goals.values()),
    }


def _print(arms: Sequence[Arm], figures: Mapping[str, object]) -> None:
    table = Table(title="Reading scanned pages: character errors in per cent, by kind")
    for title in ("", "CPU s", "WER", "MB", *_KINDS):
        table.add_column(title, justify="right" if title else "left")
    for arm in arms:
        errors = [f"{error:.2f}" for error in arm.by_kind().values()]
        table.add_row(arm.name, f"{arm.cpu():.2f}", f"{arm.word_errors():.1f}", f"{arm.peak_mb:.0f}", *errors)
    console = Console()
    console.print(table)
    goals = figures["goals"]
    if isinstance(goals, dict):
        for goal, met in goals.items():
            console.print(f"[{'green' if met else 'red'}]{'met   ' if met else 'missed'}[/] {goal.replace('_', ' ')}")
    console.print(
        f"born-digital page {figures['born_digital_ms']} ms, long scan {figures['long_scan_mb']} MB, "
        f"two workers {figures['speed_up']} times one at a load of {figures['load']}"
    )


def _html(arms: Sequence[Arm], figures: Mapping[str, object]) -> str:
    """Return a small report: bars of errors by kind and arm, and all figures."""
    bars = []
    tallest = max(max(arm.by_kind().values()) for arm in arms) or 1.0
    colours = ("#1b6e53", "#4f9a7f", "#7bb39c", "#a9cfc0", "#b5482f", "#c9a227")
    for group, (kind, columns) in enumerate(groupby(((k, a) for k in _KINDS for a in arms), key=lambda pair: pair[0])):
        for place, (_, arm) in enumerate(columns):
            error = arm.by_kind()[kind]
            height, left = 200 * (error / tallest) ** 0.5, 20 + group * 110 + place * 15
            bars.append(
                f'<rect x="{left}" y="{220 - height:.1f}" width="13" height="{height:.1f}" fill="{colours[place]}">'
                f"<title>{escape(arm.name)}: {error:.2f} %</title></rect>"
            )
        bars.append(f'<text x="{20 + group * 110}" y="238">{kind}</text>')
    names = "".join(
        f'<li style="color:{colour}">{escape(arm.name)}</li>' for arm, colour in zip(arms, colours, strict=False)
    )
    return (
        '<!doctype html><meta charset="utf-8"><title>Reading</title><style>body{font:14px sans-serif}</style>'
        f"<h1>Character errors by kind (root scale)</h1><ul>{names}</ul>"
        f'<svg width="800" height="250">{"".join(bars)}</svg><pre>{escape(json.dumps(figures, indent=1))}</pre>'
    )
