"""Reading a page's pixels: clean, turn upright, recognise, and doubt the result before keeping it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import cos, radians, sin

import numpy as np

from documents.page import Box, Symbol, Word
from pipelines.read.alignment import align
from pipelines.read.cleaning import READING_DPI, dark_on_light, even_paper, resample, straighten, without_specks
from pipelines.read.columns import regions_of
from pipelines.read.correcting import corrected
from pipelines.read.engines.interface import Engine, Layout, Line
from pipelines.read.ink import LOOKING_DPI, Ink, ink_of, straightened
from pipelines.read.raster import Gray, Raster
from pipelines.read.rows import rows_of
from pipelines.read.symbols import find_symbols

#: Mean confidence under which a page may be upside down: upright pages of poor faxes come as low, so it is tried.
_DOUBTFUL = 0.70
#: Mean confidence of a few lines from which a page lies as it should.
_SURE = 0.75
#: How much surer a turned sample must be read before the page is turned.
_CLEARLY_SURER = 0.10
#: Marks of the size of letters that a page needs to be worth reading: fewer are dust, holes and staples.
_FEWEST_LETTERS = 4
#: Height of the band of lines that is read to tell up from down, in inches.
_BAND = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What the pixels of a page say."""

    text: str = field(default="", repr=False)
    words: tuple[Word, ...] = field(default=(), repr=False)
    symbols: tuple[Symbol, ...] = field(default=(), repr=False)
    #: Mean confidence of its words by length, 0 to 1; None when there is none.
    confidence: float | None = None
    #: Quarter turns that made it upright, clockwise in degrees.
    turned: int = 0
    #: Whether there is nothing on it.
    blank: bool = False


class ScanReader:
    """Reads scans with one engine."""

    def __init__(self, engine: Engine) -> None:
        """Read with this engine."""
        self._engine = engine

    def read(self, raster: Raster) -> Scan:
        """Return what a page's pixels say.

        Raises:
            ReaderFailed: The engine gave up.
        """
        clean = even_paper(resample(without_specks(dark_on_light(raster)), READING_DPI))
        ink = ink_of(clean)
        if ink.count < _FEWEST_LETTERS:
            return Scan(blank=True)
        symbols = find_symbols(clean)
        # A code is no letters: it is painted over once it is decoded.
        clean = clean.without(symbol.box for symbol in symbols)
        alignment = align(ink.letters)
        turned = 0
        if alignment.sideways:
            turned = self._surest_turn(clean, (0, 90, 270, 180))
        skew = alignment.skew_on_side if turned in (90, 270) else alignment.skew
        upright = straighten(turn(clean, turned), skew)
        lines = self._recognise(upright, straightened(ink, turned, skew))
        if _confidence(lines) < _DOUBTFUL and self._surest_turn(turn(clean, turned), (0, 180)):
            upside_down = straightened(ink, turned + 180, skew)
            reversed_lines = self._recognise(turn(upright, 180), upside_down)
            if _confidence(reversed_lines) > _confidence(lines):
                lines, turned = reversed_lines, (turned + 180) % 360
        lines = corrected(lines)
        if not lines:
            # A picture without letters: nothing says which way is up.
            return Scan(symbols=symbols)
        return _scan(lines, upright.gray, skew, turned, symbols)

    def _recognise(self, page: Raster, ink: Ink) -> list[Line]:
        """Return the lines of an upright page, column after column."""
        regions = regions_of(ink)
        if len(regions) == 1:
            return rows_of(self._engine.recognise(page.gray, page.dpi, Layout.PAGE))
        scale = page.dpi / LOOKING_DPI
        lines: list[Line] = []
        for region in regions:
            left, top = int(region.left * scale), int(region.top * scale)
            part = page.gray[top : int(region.bottom * scale), left : int(region.right * scale)]
            layout = Layout.BLOCK if region.column else Layout.PAGE
            found = rows_of(self._engine.recognise(np.ascontiguousarray(part), page.dpi, layout))
            lines += [[glyphs.moved(left, top) for glyphs in line] for line in found]
        return lines

    def _surest_turn(self, page: Raster, turns: Sequence[int]) -> int:
        """Return the turn under which a few lines are read with the most confidence; the first unless clearly less."""
        certainties: list[float] = []
        for degrees in turns:
            certainties.append(self._certainty(turn(page, degrees)))
            if certainties[-1] >= _SURE:
                return degrees
        best = max(range(len(turns)), key=certainties.__getitem__)
        return turns[best] if certainties[best] > certainties[0] + _CLEARLY_SURER else turns[0]

    def _certainty(self, page: Raster) -> float:
        height = page.gray.shape[0]
        band = min(int(_BAND * page.dpi), height)
        ink = (page.gray < 128).sum(axis=1)
        sums = np.convolve(ink, np.ones(band), mode="valid")
        # The densest band may be a picture: one in the middle of the well-filled ones is taken.
        filled = np.flatnonzero(sums >= 0.6 * sums.max())
        start = int(filled[len(filled) // 2])
        lines = self._engine.recognise(np.ascontiguousarray(page.gray[start : start + band]), page.dpi, Layout.BLOCK)
        return _confidence(lines)


def turn(raster: Raster, degrees: int) -> Raster:
    """Return a page turned clockwise by quarter turns."""
    if degrees == 0:
        return raster
    return replace(raster, gray=np.ascontiguousarray(np.rot90(raster.gray, -(degrees // 90))))


def _confidence(lines: list[Line]) -> float:
    weights = [(len(word.text), word.confidence) for line in lines for word in line]
    total = sum(length for length, _ in weights)
    return sum(length * confidence for length, confidence in weights) / total if total else 0.0


def _scan(lines: list[Line], gray: Gray, skew: float, turned: int, symbols: tuple[Symbol, ...]) -> Scan:
    place = _Places(gray, skew)
    words = tuple(
        Word(text=glyphs.text, box=place(glyphs.left, glyphs.top, glyphs.right, glyphs.bottom),
             confidence=round(glyphs.confidence, 3), line=number)
        for number, line in enumerate(lines)
        for glyphs in line
    )  # fmt: skip
    return Scan(
        text="\n".join(" ".join(glyphs.text for glyphs in line) for line in lines),
        words=words,
        symbols=symbols,
        confidence=round(_confidence(lines), 3) if words else None,
        turned=turned,
    )


class _Places:
    """Brings boxes on a straightened page back to fractions of the page before it was straightened."""

    def __init__(self, gray: Gray, skew: float) -> None:
        self._height, self._width = gray.shape
        self._cos, self._sin = cos(radians(skew)), sin(radians(skew))

    def __call__(self, left: float, top: float, right: float, bottom: float) -> Box:
        across = (left + right) / 2 - self._width / 2
        down = (top + bottom) / 2 - self._height / 2
        x = across * self._cos - down * self._sin + self._width / 2
        y = across * self._sin + down * self._cos + self._height / 2
        half_width, half_height = (right - left) / 2, (bottom - top) / 2
        return Box(
            left=_fraction((x - half_width) / self._width),
            top=_fraction((y - half_height) / self._height),
            right=_fraction((x + half_width) / self._width),
            bottom=_fraction((y + half_height) / self._height),
        )


def _fraction(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), 5)
