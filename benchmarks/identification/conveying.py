"""Conveying: a draft is printed, scanned and read by the real reader; or, which is fast, its text misread by chance."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from benchmarks.identification.drafts import DIGITAL, Draft
from documents.inspection import Inspection
from documents.page import Box, Page, Source, Symbol
from pipelines.read.paging import pages_from_json, pages_to_json
from pipelines.read.reader import ConfinedReader
from specimens.degrading import DEGRADATIONS
from specimens.layout import set_pages
from specimens.marks import Matrix, Sheet
from specimens.printing import to_pdf
from specimens.scanning import scan, to_mixed_pdf, to_scanned_pdf, to_tiff
from specimens.specimen import Form
from specimens.style import draw_style

#: What the pixels and what is read in them come from: readings made by other code are made anew.
_SOURCES: Final = ("specimens", "pipelines/read", "benchmarks/identification")
_ROOT: Final = Path(__file__).parents[2]
#: What OCR writes for what stands there.
_CONFUSIONS: Final = {
    "0": "O8", "1": "Il7", "2": "Z7", "3": "8", "5": "S6", "6": "G8", "7": "1", "8": "B36", "9": "g0", "O": "0Q",
    "I": "l1", "l": "1I", "S": "5", "B": "8", "Z": "2", "G": "6", "e": "c", "c": "e", "n": "u", "u": "n", "h": "b",
    "m": ("rn",), "é": "eè", "è": "eé", "ï": "i", "ç": "c", "a": "o", "o": "a", "t": "f", "f": "t", "i": "l", "E": "F",
    "M": "N", "N": "M", "D": "O", "C": "G", "U": "V", "R": "K", "P": "F", ":": ".;", "/": "7l", " ": ("",), ".": ",",
}  # fmt: skip
#: Character error rates, and how many scans in a hundred have each: several times what our reader makes of digits.
_RATES: Final = ((0.0015, 40), (0.0025, 27), (0.005, 20), (0.015, 13))
_SOMEWHERE: Final = Box(left=0.7, top=0.1, right=0.8, bottom=0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A document as its feeder would hand it over."""

    content: bytes
    media_type: str
    pages: int


def sheets_of(draft: Draft) -> tuple[Sheet, ...]:
    """Set the papers of a draft on pages, each in a look of its own."""
    rng = Random(f"look/{draft.seed}/{draft.number}")
    return tuple(sheet for paper in draft.papers for sheet in set_pages(paper, draw_style(rng), rng))


def print_out(draft: Draft) -> Printed:
    """Print a draft, and scan it by its degradation: to a PDF, a TIFF, a picture, or some pages of a PDF alone."""
    sheets, rng = sheets_of(draft), Random(f"scan/{draft.seed}/{draft.number}")
    pdf = to_pdf(sheets)
    if draft.quality == DIGITAL:
        return Printed(content=pdf, media_type=Form.DIGITAL.media_type, pages=len(sheets))
    scans = scan(pdf, DEGRADATIONS[draft.quality], rng.getrandbits(32))
    form = rng.choice((Form.SCANNED_PDF, Form.TIFF, Form.JPEG if len(sheets) == 1 else Form.MIXED))
    match form:
        case Form.JPEG:
            content = scans[0].jpeg()
        case Form.TIFF:
            content = to_tiff(scans, rng.choice(("tiff_lzw", "jpeg")))
        case Form.MIXED:
            some = rng.sample(range(len(scans)), rng.randint(1, len(scans)))
            content = to_mixed_pdf(pdf, {index: scans[index] for index in some})
        case _:
            content = to_scanned_pdf(scans)
    return Printed(content=content, media_type=form.media_type, pages=len(sheets))


def read(draft: Draft, reader: ConfinedReader, kept: Path | None) -> Sequence[Page]:
    """Return a draft's pages as the real reader reads them.

    Args:
        draft: The document.
        reader: The reader.
        kept: A folder in which readings are kept and found again; None keeps nothing.
    """
    place = None if kept is None else kept / f"{draft.number:06}.pages"
    if place is not None:
        with suppress(FileNotFoundError):
            return pages_from_json(place.read_bytes())
    made = print_out(draft)
    inspection = Inspection(media_type=made.media_type, pages=made.pages)
    pages = tuple(reader.read(made.content, inspection, 1, made.pages))
    if place is not None:
        passing = place.with_suffix(".tmp")
        passing.write_bytes(pages_to_json(pages))
        passing.replace(place)
    return pages


def folder_of(state: Path, seed: int) -> Path:
    """Return the folder for the readings of a seed by the code as it is; made when it is not there."""
    digest = hashlib.sha256()
    for source in _SOURCES:
        for path in sorted((_ROOT / source).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.read_bytes())
    folder = state / f"{digest.hexdigest()[:12]}-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def misread(draft: Draft) -> Sequence[Page]:
    """Return a draft's pages with noise in their text; a Datamatrix is read right, or on bad scans not at all."""
    rng = Random(f"noise/{draft.seed}/{draft.number}")
    rates, weights = zip(*_RATES, strict=True)
    rate = 0.0 if draft.quality == DIGITAL else rng.choices(rates, weights)[0]
    legible = rate < 0.01 or rng.random() < 0.5
    return [
        Page(
            number=number,
            source=Source.OCR if rate else Source.TEXT,
            text="".join(_misread(c, rng) if rate and rng.random() < rate and c != "\n" else c for c in sheet.text),
            symbols=tuple(
                Symbol(payload=mark.payload, symbology="DataMatrix", box=_SOMEWHERE)
                for mark in sheet.marks
                if legible and isinstance(mark, Matrix)
            ),
        )
        for number, sheet in enumerate(sheets_of(draft), start=1)
    ]


def _misread(character: str, rng: Random) -> str:
    """Misread a character as OCR does: mostly lookalikes, some lost, some added."""
    kind = rng.random()
    if kind < 0.7 and character in _CONFUSIONS:
        return rng.choice(_CONFUSIONS[character])
    if kind < 0.85:
        return ""
    return character + rng.choice("'.,- il") if kind < 0.95 else rng.choice("aeinrst")
