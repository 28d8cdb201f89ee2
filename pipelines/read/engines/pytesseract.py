"""Tesseract as a program, through pytesseract: for any machine that has it and not the library."""

from collections.abc import Sequence
from pathlib import Path

import pytesseract
from PIL import Image

from documents.errors import ReaderFailed
from pipelines.read.engines.interface import Line
from pipelines.read.engines.layout import Layout, by_region
from pipelines.read.engines.tsv import lines_of
from pipelines.read.ink import Ink
from pipelines.read.raster import Gray, Raster
from pipelines.read.region import Region


class PytesseractEngine:
    """Tesseract in a process of its own for every page.

    pytesseract hands pages over in temporary files: the confined child points them to a private folder in memory.
    """

    def __init__(self, tessdata: Path, language: str) -> None:
        """Remember which model to use."""
        self._tessdata = tessdata
        self._language = language

    def recognise(self, page: Raster, ink: Ink, regions: Sequence[Region]) -> list[list[Line]]:  # noqa: ARG002
        """Return the lines in each region of a clean upright page.

        Raises:
            ReaderFailed: The program gave up.
        """
        return by_region(self._lines, page, regions)

    def _lines(self, gray: Gray, dpi: float, layout: Layout) -> list[Line]:
        options = f"--tessdata-dir {self._tessdata} --oem 1 --psm {int(layout)} --dpi {round(dpi)}"
        try:
            table = pytesseract.image_to_data(Image.fromarray(gray), lang=self._language, config=options)
        except (pytesseract.TesseractError, OSError) as error:
            raise ReaderFailed("engine") from error
        return lines_of(table)
