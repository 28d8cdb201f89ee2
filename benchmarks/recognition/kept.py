"""Real scans kept in a folder, each beside the text that it shows: read by Verso and by bare Tesseract."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from benchmarks.recognition.arm import Score, score_of
from benchmarks.recognition.sample import Sample
from benchmarks.recognition.ways import by_tesseract
from documents.inspection import Inspection
from pipelines.read.reader import ConfinedReader

_KIND: Final = "kept"
_TYPES: Final = {"JPEG": "image/jpeg", "PNG": "image/png", "TIFF": "image/tiff"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One scan, read both ways."""

    name: str
    verso: Score
    tesseract: Score


def read_kept(folder: Path, reader: ConfinedReader) -> Iterator[Pair]:
    """Yield how each scan of a folder was read that has a text file of its name beside it."""
    for truth in sorted(folder.glob("*.txt")):
        for picture in sorted(folder.glob(f"{truth.stem}.*")):
            if picture != truth:
                sample = Sample(
                    kind=_KIND, pdf=b"", image=picture.read_bytes(), truth=truth.read_text(encoding="utf-8")
                )
                yield Pair(
                    name=picture.name,
                    verso=_by_verso(sample, reader),
                    tesseract=score_of(sample, *by_tesseract(sample)),
                )


def error_of(scores: list[Score]) -> float:
    """Return the mean over scans of the character error rate in per cent."""
    return 100.0 * sum(score.wrong_letters / max(score.letters, 1) for score in scores) / max(len(scores), 1)


def _by_verso(sample: Sample, reader: ConfinedReader) -> Score:
    with Image.open(io.BytesIO(sample.image)) as picture:
        media_type = _TYPES[picture.format or ""]
    (page,) = reader.read(sample.image, Inspection(media_type=media_type, pages=1), 1, 1)
    return score_of(sample, page.text, page.seconds)
