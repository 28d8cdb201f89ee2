"""Tesseract as a library: the model is loaded once, pixels come from memory, and nothing is executed."""

from collections.abc import Sequence
from pathlib import Path

import tesserocr

from documents.errors import ReaderFailed
from pipelines.read.engines.interface import Line
from pipelines.read.engines.layout import Layout, by_region
from pipelines.read.engines.tsv import lines_of
from pipelines.read.ink import Ink
from pipelines.read.raster import Gray, Raster
from pipelines.read.region import Region


class TesserocrEngine:
    """Tesseract within this process."""

    def __init__(self, tessdata: Path, language: str) -> None:
        """Load the model.

        Raises:
            ReaderFailed: There is no such model.
        """
        try:
            self._api = tesserocr.PyTessBaseAPI(path=f"{tessdata}/", lang=language, oem=tesserocr.OEM.LSTM_ONLY)
        except RuntimeError as error:
            raise ReaderFailed("model") from error

    def recognise(self, page: Raster, ink: Ink, regions: Sequence[Region]) -> list[list[Line]]:  # noqa: ARG002
        """Return the lines in each region of a clean upright page.

        Raises:
            ReaderFailed: The library gave up.
        """
        return by_region(self._lines, page, regions)

    def _lines(self, gray: Gray, dpi: float, layout: Layout) -> list[Line]:
        height, width = gray.shape
        self._api.SetPageSegMode(int(layout))
        self._api.SetImageBytes(gray.tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(round(dpi))
        try:
            if not self._api.Recognize():
                raise ReaderFailed("engine")
            return lines_of(self._api.GetTSVText(0))
        except RuntimeError as error:
            raise ReaderFailed("engine") from error
        finally:
            self._api.Clear()
            self._api.ClearAdaptiveClassifier()
