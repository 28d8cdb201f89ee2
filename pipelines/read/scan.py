"""Reading a page's pixels: clean, turn upright, recognise, and doubt the result before keeping it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from documents.page import Symbol, Word
from pipelines.read.alignment import align
from pipelines.read.bars import with_bars_turned
from pipelines.read.cleaning import READING_DPI, dark_on_light, even_paper, resample, smooth
from pipelines.read.columns import regions_of
from pipelines.read.correcting import corrected
from pipelines.read.engines.interface import Engine, Line
from pipelines.read.ink import LOOKING_DPI, ink_of
from pipelines.read.leaders import Leaders
from pipelines.read.raster import Raster, turn
from pipelines.read.region import whole
from pipelines.read.rereading import reread
from pipelines.read.rows import rows_of
from pipelines.read.straight import Straight
from pipelines.read.symbols import find_symbols
from pipelines.read.unread import Unread

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
    #: Mean confidence of its words by length, 0 to 1, less what was not read; None when there is none.
    confidence: float | None = None
    #: Share of what looks like print that no word accounts for.
    unread: float = 0.0
    #: Quarter turns that made it upright, clockwise in degrees.
    turned: int = 0
    #: Whether there is nothing on it.
    blank: bool = False


class ScanReader:
    """Reads scans with one engine."""

    def __init__(self, engine: Engine) -> None:
        """Read with this engine."""
        self._engine = engine

    def read(self, raster: Raster, turned: int | None = None) -> Scan:
        """Return what a page's pixels say.

        Args:
            raster: The pixels.
            turned: The turn that makes them upright, clockwise in degrees; None to find out.

        Raises:
            ReaderFailed: The engine gave up.
        """
        clean = even_paper(with_bars_turned(resample(smooth(dark_on_light(raster)), READING_DPI)))
        ink = ink_of(clean)
        if ink.count < _FEWEST_LETTERS:
            return Scan(blank=True)
        symbols = find_symbols(clean)
        # A code is no letters: it is painted over once it is decoded.
        clean = clean.without(symbol.box for symbol in symbols)
        alignment = align(ink.letters)
        told = turned is not None
        if turned is None:
            turned = self._surest_turn(clean, (0, 90, 270, 180)) if alignment.sideways else 0
        skew = alignment.skew_on_side if turned in (90, 270) else alignment.skew
        upright = Straight.of(turn(clean, turned), skew)
        lines = self._recognise(upright)
        if not told and _confidence(lines) < _DOUBTFUL and self._surest_turn(upright.page, (0, 180)):
            reversed_page = Straight.of(turn(clean, turned + 180), skew)
            reversed_lines = self._recognise(reversed_page)
            if _confidence(reversed_lines) > _confidence(lines):
                upright, lines, turned = reversed_page, reversed_lines, (turned + 180) % 360
        lines = corrected(lines)
        scale = upright.page.dpi / LOOKING_DPI
        unread = Unread.of(upright.ink, lines, scale)
        found = reread(self._engine, upright.page, lines, unread)
        if found != lines:
            lines, unread = found, Unread.of(upright.ink, found, scale)
        if not lines:
            # A picture without letters, or a script that the model does not know: nothing of it is read.
            return Scan(symbols=symbols, unread=1.0 if upright.ink.count >= _FEWEST_LETTERS else 0.0)
        return _scan(lines, upright, turned, symbols, unread.share)

    def _recognise(self, upright: Straight) -> list[Line]:
        """Return the lines of an upright page, column after column."""
        leaders = Leaders.of(upright.page, upright.ink)
        page = leaders.page
        ink = ink_of(page) if leaders.words else upright.ink
        regions = regions_of(ink)
        found = self._engine.recognise(page, ink, regions)
        rest = leaders.beside(line for lines in found for line in lines)
        scale = page.dpi / LOOKING_DPI
        rows: list[Line] = []
        for region, lines in zip(regions, found, strict=True):
            led = [line for line in rest if region.holds(line[0].left / scale, line[0].bottom / scale)]
            rows += rows_of([*lines, *led])
        return rows

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
        sample = replace(page, gray=np.ascontiguousarray(page.gray[start : start + band]))
        seen = ink_of(sample)
        (lines,) = self._engine.recognise(sample, seen, [replace(whole(seen), column=True)])
        return _confidence(lines)


def _confidence(lines: list[Line]) -> float:
    weights = [(len(word.text), word.confidence) for line in lines for word in line]
    total = sum(length for length, _ in weights)
    return sum(length * confidence for length, confidence in weights) / total if total else 0.0


def _scan(lines: list[Line], upright: Straight, turned: int, symbols: tuple[Symbol, ...], unread: float) -> Scan:
    words = tuple(
        Word(text=glyphs.text, box=upright.place(glyphs.left, glyphs.top, glyphs.right, glyphs.bottom),
             confidence=round(glyphs.confidence, 3), line=number)
        for number, line in enumerate(lines)
        for glyphs in line
    )  # fmt: skip
    return Scan(
        text="\n".join(" ".join(glyphs.text for glyphs in line) for line in lines),
        words=words,
        symbols=symbols,
        # What was not read was read with no confidence at all.
        confidence=round(_confidence(lines) * (1 - unread), 3) if words else None,
        turned=turned,
        unread=unread,
    )
