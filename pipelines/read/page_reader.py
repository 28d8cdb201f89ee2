"""How one page is read: by its text layer when that is good, else by its pixels; both are kept when they differ."""

import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from documents.page import Box, Page, Source, Symbol, Word
from pipelines.read.language import language_of
from pipelines.read.layer import MOST_UNMAPPED, TextLayer, is_good
from pipelines.read.model.lexicon import Lexicon
from pipelines.read.scan import Scan, ScanReader
from pipelines.read.sheets.interface import Original, Sheet
from pipelines.read.symbols import find_symbols
from pipelines.read.turning import turn_all, turned_to

#: Share of a page that its pictures cover when they may hold a text of their own: logos and signatures are smaller.
_PICTURES_MATTER = 0.12
#: Mean confidence of a line found in a picture that is kept: diagrams and photographs give letters of less.
_SURE_LINE = 0.70
_FEWEST_LETTERS = 4
#: Share of words common to a doubted layer and its OCR that clears the layer: a foreign language, not garbage.
_AGREE = 0.6
_WORD = re.compile(r"\w{2,}")


class PageReader:
    """Reads the pages of originals."""

    def __init__(self, scans: ScanReader, lexicon: Lexicon) -> None:
        """Read with these."""
        self._scans = scans
        self._lexicon = lexicon

    def read(self, original: Original, number: int, turned: int | None = None) -> Page:
        """Return a page as read.

        Args:
            original: The document.
            number: Which page, from 1.
            turned: The turn that makes it upright, clockwise in degrees, if a person has said so.

        Raises:
            Refused: It cannot be decoded.
            ReaderFailed: The engine gave up.
        """
        started = time.perf_counter()
        sheet = original.sheet(number)
        layer = sheet.layer()
        if layer is not None and layer.alone:
            page = Page(number=0, source=Source.BLANK) if layer.empty else _from_layer(layer)
        elif layer is None or layer.empty:
            page = _from_scan(self._scans.read(sheet.raster(), turned))
        elif layer.hidden or not is_good(layer, self._lexicon):
            page = self._settle(layer, self._scans.read(sheet.raster(), turned))
        else:
            page = self._from_good_layer(sheet, layer)
        if turned is not None:
            page = turned_to(page, turned)
        language = language_of(page.text)
        return replace(page, number=number, language=language, seconds=round(time.perf_counter() - started, 4))

    def _from_good_layer(self, sheet: Sheet, layer: TextLayer) -> Page:
        page = _from_layer(layer)
        if _covered(sheet.pictures()) >= _PICTURES_MATTER:
            # What the layer says is painted over: only what it does not say is read.
            page = _joined(page, self._scans.read(sheet.raster().without(word.box for word in layer.words)))
        if page.symbols:
            return page
        return replace(page, symbols=tuple(_symbols_at(sheet)))

    def _settle(self, layer: TextLayer, scan: Scan) -> Page:
        """Choose between a doubted layer and what the pixels say."""
        if scan.blank or not scan.words:
            # White letters, or letters that the engine does not know.
            seen = _from_scan(scan) if scan.blank or layer.unmapped > MOST_UNMAPPED else _from_layer(layer)
            return replace(seen, other_text=layer.text)
        if layer.hidden:
            better = self._share(layer.text) > self._share(scan.text) + 0.05
        else:
            better = _agreement(layer.text, scan.text) >= _AGREE
        if better:
            return replace(_from_layer(layer), symbols=scan.symbols, other_text=scan.text)
        return replace(_from_scan(scan), other_text=layer.text)

    def _share(self, text: str) -> float:
        known, judged = self._lexicon.known(text)
        return known / judged if judged else 0.0


def _from_layer(layer: TextLayer) -> Page:
    return Page(number=0, source=Source.TEXT, text=layer.text, words=layer.words, confidence=1.0)


def _from_scan(scan: Scan) -> Page:
    if scan.blank:
        return Page(number=0, source=Source.BLANK)
    return Page(
        number=0,
        source=Source.OCR,
        text=scan.text,
        words=scan.words,
        # Codes are found on the page as it lies.
        symbols=turn_all(scan.symbols, scan.turned),
        confidence=scan.confidence,
        turned=scan.turned,
        unread=scan.unread,
    )


def _joined(page: Page, scan: Scan) -> Page:
    """Return a page of text with the lines that its pictures hold, whichever has more letters first."""
    lines = [line for line in _lines(scan.words) if _is_sure(line)]
    if not lines or scan.turned:
        return replace(page, symbols=scan.symbols)
    seen = "\n".join(" ".join(word.text for word in line) for line in lines)
    if len(seen) <= len(page.text):
        words = (*page.words, *_numbered(lines, page.words[-1].line + 1))
        return replace(page, text=f"{page.text}\n{seen}", words=words, symbols=scan.symbols)
    words = (*_numbered(lines, 0), *_numbered(_lines(page.words), len(lines)))
    return replace(
        page,
        source=Source.OCR,
        text=f"{seen}\n{page.text}",
        words=words,
        symbols=scan.symbols,
        confidence=scan.confidence,
    )


def _lines(words: Iterable[Word]) -> list[list[Word]]:
    lines: dict[int, list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    return list(lines.values())


def _numbered(lines: Iterable[list[Word]], first: int) -> tuple[Word, ...]:
    return tuple(replace(word, line=number) for number, line in enumerate(lines, start=first) for word in line)


def _is_sure(line: list[Word]) -> bool:
    letters = sum(character.isalnum() for word in line for character in word.text)
    length = sum(len(word.text) for word in line)
    sure = sum(word.confidence * len(word.text) for word in line) / length
    return letters >= _FEWEST_LETTERS and sure >= _SURE_LINE


def _symbols_at(sheet: Sheet) -> Iterable[Symbol]:
    for place in sheet.codes():
        for symbol in find_symbols(sheet.raster(place)):
            yield replace(symbol, box=_within(place, symbol.box))


def _within(place: Box, box: Box) -> Box:
    across, down = place.right - place.left, place.bottom - place.top
    return Box(
        left=place.left + box.left * across,
        top=place.top + box.top * down,
        right=place.left + box.right * across,
        bottom=place.top + box.bottom * down,
    )


def _covered(boxes: Iterable[Box]) -> float:
    return sum((box.right - box.left) * (box.bottom - box.top) for box in boxes)


def _agreement(one: str, other: str) -> float:
    first, second = (Counter(word.lower() for word in _WORD.findall(text)) for text in (one, other))
    total = first.total()
    return (first & second).total() / total if total else 0.0
