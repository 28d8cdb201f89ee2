"""How one page is read: by its text layer when that is good, else by its pixels; both are kept when they differ."""

import time
from dataclasses import replace

from documents.errors import Refused, ReaderFailed
from documents.page import Box, Page, Source
from pipelines.read.layer import TextLayer, is_good
from pipelines.read.lexicon import Lexicon
from pipelines.read.scan import Scan, ScanReader
from pipelines.read.sheets.interface import Original

#: Share of a page that pictures must cover to hold text beside the layer's: logos are smaller.
_PICTURE_MATTERS = 0.10


class PageReader:
    """Reads the pages of originals."""

    def __init__(self, scans: ScanReader, lexicon: Lexicon) -> None:
        """Read with these."""
        self._scans = scans
        self._lexicon = lexicon

    def read(self, original: Original, number: int) -> Page:
        """Return a page as read.

        Raises:
            Refused: It cannot be decoded.
            ReaderFailed: The engine gave up.
        """
        started = time.perf_counter()
        page = self._read(original, number)
        return replace(page, seconds=round(time.perf_counter() - started, 4))

    def _read(self, original: Original, number: int) -> Page:
        sheet = original.sheet(number)
        layer = sheet.layer()
        if layer is not None and not layer.empty:
            trusted = not layer.hidden and is_good(layer, self._lexicon)
            if trusted and _covered(sheet.pictures()) < _PICTURE_MATTERS:
                return _from_layer(number, layer)
            scan = self._scans.read(sheet.raster())
            return self._settle(number, layer, scan, trusted=trusted)
        return _from_scan(number, self._scans.read(sheet.raster()), other=None)

    def _settle(self, number: int, layer: TextLayer, scan: Scan, *, trusted: bool) -> Page:
        return _from_layer(number, layer) if trusted else _from_scan(number, scan, other=layer.text)


def _from_layer(number: int, layer: TextLayer) -> Page:
    return Page(number=number, source=Source.TEXT, text=layer.text, words=layer.words, confidence=1.0)


def _from_scan(number: int, scan: Scan, other: str | None) -> Page:
    if scan.blank:
        return Page(number=number, source=Source.BLANK, other_text=other)
    return Page(
        number=number,
        source=Source.OCR,
        text=scan.text,
        words=scan.words,
        symbols=scan.symbols,
        confidence=scan.confidence,
        turned=scan.turned,
        other_text=other,
    )


def _covered(boxes: tuple[Box, ...]) -> float:
    return sum((box.right - box.left) * (box.bottom - box.top) for box in boxes)
