"""Rows of dots that lead from a name to its value: counted and painted over, since an engine loses itself in them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Self

import cv2
import numpy as np

from pipelines.read.engines.interface import Glyphs, Line
from pipelines.read.ink import LOOKING_DPI, Ink
from pipelines.read.raster import Gray, Raster

#: In letter heights: the size of a dot, the widest gap between dots, how far they stand from one line.
_DOT, _GAP, _LEVEL = 0.45, 1.6, 0.16
#: How wide a dot is for its height; wider ones are dashes.
_ROUND = 1.7
#: Dots of a leader: fewer are an ellipsis.
_FEWEST = 5
#: How far a distance may be from the usual one, how many times as wide it may be where dots have faded away, and how
#: much taller than the others a dot may be.
_UNEVEN, _FADED, _TALLER = 0.35, 4.5, 0.4
#: The least distance of dots, in pixels: closer marks stand above one another.
_CLOSEST = 2.0
#: Distance, in letter heights, of the word at which a leader begins.
_NEAR = 3.0
#: Confidence from which that is a word, and not the texture that the dots are of too.
_SURE = 0.5
#: Marks beyond which a page is grain.
_MOST_MARKS = 12_000
#: It is counted, not recognised.
_CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dot:
    """A mark that may be a dot, in pixels of the page."""

    left: int
    top: int
    width: int
    height: int

    @property
    def middle(self) -> float:
        return self.left + self.width / 2

    @property
    def bottom(self) -> int:
        return self.top + self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaders:
    """The leaders on a page, and the page without them."""

    page: Raster
    #: Each as a word of dots, as tall as a letter.
    words: Sequence[Glyphs] = field(repr=False)

    @classmethod
    def of(cls, page: Raster, ink: Ink) -> Self:
        """Find them on a straight page. Only their dots are painted over: nothing between or beside them."""
        unit = ink.letter_height * page.dpi / LOOKING_DPI
        dark = np.asarray(cv2.threshold(page.gray, ink.darkness, 255, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8)
        dots = _dots(dark, unit)
        runs = [one for run in _runs(dots, unit) for one in _stretches(run, dark, unit) if _is_leader(one)]
        if not runs:
            return cls(page=page, words=())
        gray = page.gray.copy()
        for dot in (dot for run in runs for dot in run):
            gray[max(dot.top - 1, 0) : dot.bottom + 1, max(dot.left - 1, 0) : dot.left + dot.width + 1] = 255
        return cls(page=replace(page, gray=gray), words=[_word(run, unit) for run in runs])

    def beside(self, lines: Iterable[Line]) -> list[Line]:
        """Return, as lines of their own, the leaders that begin at a word and over which none is written."""
        words = [word for line in lines for word in line]
        return [
            [leader]
            for leader in self.words
            if any(word.confidence >= _SURE and _is_before(word, leader) for word in words)
            and not any(_is_on(word, leader) for word in words)
        ]


def _is_on(word: Glyphs, leader: Glyphs) -> bool:
    across = min(word.right, leader.right) - max(word.left, leader.left)
    return across > leader.bottom - leader.top and _is_level(word, leader)


def _is_before(word: Glyphs, leader: Glyphs) -> bool:
    return _is_level(word, leader) and abs(leader.left - word.right) <= _NEAR * (leader.bottom - leader.top)


def _is_level(word: Glyphs, leader: Glyphs) -> bool:
    return 2 * (min(word.bottom, leader.bottom) - max(word.top, leader.top)) > leader.bottom - leader.top


def _dots(dark: Gray, unit: float) -> list[_Dot]:
    _, _, found, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    shapes = np.asarray(found, dtype=np.int32)[1:]
    small = (shapes[:, cv2.CC_STAT_HEIGHT] <= _DOT * unit) & (shapes[:, cv2.CC_STAT_WIDTH] <= 2 * _DOT * unit)
    marks = shapes[small].tolist()
    if len(marks) > _MOST_MARKS:
        return []
    return [_Dot(left=left, top=top, width=width, height=height) for left, top, width, height, _ in marks]


def _runs(dots: Sequence[_Dot], unit: float) -> Iterator[list[_Dot]]:
    """Yield marks that follow one another on a line, those that stand near enough."""
    standing: list[list[_Dot]] = []
    for dot in sorted(dots, key=lambda dot: dot.left):
        standing, ended = [run for run in standing if dot.left - run[-1].left <= (_GAP + 1) * unit], standing
        yield from (run for run in ended if dot.left - run[-1].left > (_GAP + 1) * unit)
        run = next((run for run in standing if abs(run[-1].bottom - dot.bottom) <= max(_LEVEL * unit, 1.0)), None)
        if run is None:
            standing.append([dot])
        else:
            run.append(dot)
    yield from standing


def _stretches(run: Sequence[_Dot], dark: Gray, unit: float) -> Iterator[list[_Dot]]:
    """Yield the parts of a run that nothing else interrupts: what follows a leader has a point or comma too."""
    if len(run) < _FEWEST:
        return
    pitch = _pitch(run)
    if pitch < _CLOSEST:
        return
    height = float(np.median([dot.height for dot in run]))
    stretch = [run[0]]
    for before, after in pairwise(run):
        step = after.middle - before.middle
        even = 1 - _UNEVEN <= step / pitch <= 1 + _UNEVEN or abs(step - pitch) <= 1.5
        between = dark[max(round(after.bottom - unit), 0) : after.bottom, before.left + before.width : after.left]
        faded = pitch < step <= _FADED * pitch and not between.any()
        if after.height > height + _TALLER * height + 1 or not (even or faded):
            yield stretch
            stretch = []
        stretch.append(after)
    yield stretch


def _is_leader(stretch: Sequence[_Dot]) -> bool:
    return len(stretch) >= _FEWEST and sum(dot.width > _ROUND * dot.height for dot in stretch) <= len(stretch) / 2


def _pitch(run: Sequence[_Dot]) -> float:
    return float(np.median([after.middle - before.middle for before, after in pairwise(run)]))


def _word(run: Sequence[_Dot], unit: float) -> Glyphs:
    bottom = max(dot.bottom for dot in run)
    pitch = _pitch(run)
    # Step by step: a pitch that is told to half a pixel is off by a dot over a long leader.
    steps = sum(max(round((after.middle - before.middle) / pitch), 1) for before, after in pairwise(run))
    return Glyphs(
        text="." * (steps + 1),
        left=run[0].left,
        top=round(bottom - unit),
        right=run[-1].left + run[-1].width,
        bottom=bottom,
        confidence=_CONFIDENCE,
    )
