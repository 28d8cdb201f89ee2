"""A second chance for print that no line accounts for: each patch is read by itself, stamps along the page turned too.

A patch seen by itself has a letter size and a darkness of its own: what drowned beside larger or darker print is found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from pipelines.read.correcting import corrected
from pipelines.read.engines.interface import Engine, Glyphs, Line
from pipelines.read.ink import LOOKING_DPI, ink_of
from pipelines.read.raster import Raster, turn
from pipelines.read.region import whole
from pipelines.read.rows import rows_of
from pipelines.read.unread import Patch, Unread, is_scrap

#: Patches looked at again: a page has a stamp or two, and one with more is no print.
_MOST = 6
#: Share of a page's print under which what was not read is a stop or a flourish.
_LEAST = 0.004
#: Paper left around a patch, in pixels at looking resolution.
_AROUND = 6
#: Mean confidence from which a line is kept, and the letters that it needs.
_SURE, _FEWEST = 0.72, 3
#: Share of the lower one's height by which a line stands in the row of another.
_ONE_ROW = 0.5


def reread(engine: Engine, page: Raster, lines: Sequence[Line], unread: Unread) -> list[Line]:
    """Return the lines of a straight page with those that patches hold as well, where they stand.

    Raises:
        ReaderFailed: The engine gave up.
    """
    found = list(lines)
    if unread.share < _LEAST:
        return found
    aside: list[Line] = []
    for patch in unread.patches[:_MOST]:
        level = _read(engine, page, patch, 0)
        turned = [] if patch.upright else [_read(engine, page, patch, degrees) for degrees in (270, 90)]
        best = max([level, *turned], key=_letters)
        if best:
            found = [line for line in found if not (is_scrap(line) and _is_within(line, patch, page))]
        if best is not level:
            aside += best
            continue
        for line in level:
            _put(found, line)
    return found + aside


def _is_within(line: Line, patch: Patch, page: Raster) -> bool:
    scale = page.dpi / LOOKING_DPI
    across, down = (line[0].left + line[-1].right) / 2 / scale, _middle(line) / 2 / scale
    return patch.left <= across <= patch.right and patch.top <= down <= patch.bottom


def _read(engine: Engine, page: Raster, patch: Patch, degrees: int) -> list[Line]:
    """Return the lines that are sure in a patch turned clockwise, where they stand on the page."""
    scale = page.dpi / LOOKING_DPI
    left, top = (max(int((edge - _AROUND) * scale), 0) for edge in (patch.left, patch.top))
    part = page.gray[top : int((patch.bottom + _AROUND) * scale), left : int((patch.right + _AROUND) * scale)]
    height, width = part.shape
    seen = turn(replace(page, gray=np.ascontiguousarray(part)), degrees)
    ink = ink_of(seen)
    if not ink.count:
        return []
    (lines,) = engine.recognise(seen, ink, [replace(whole(ink), column=True)])
    back = {0: _as_it_is, 90: _from_right, 270: _from_left}[degrees]
    return [
        [back(word, width, height).moved(left, top) for word in line]
        for line in corrected(rows_of(lines))
        if _is_sure(line)
    ]


def _as_it_is(word: Glyphs, _width: int, _height: int) -> Glyphs:
    return word


def _from_right(word: Glyphs, _width: int, height: int) -> Glyphs:
    """Return a word of a part that was turned clockwise by a quarter, where it stood before."""
    return replace(word, left=word.top, top=height - word.right, right=word.bottom, bottom=height - word.left)


def _from_left(word: Glyphs, width: int, _height: int) -> Glyphs:
    """Return a word of a part that was turned counter-clockwise by a quarter, where it stood before."""
    return replace(word, left=width - word.bottom, top=word.left, right=width - word.top, bottom=word.right)


def _is_sure(line: Line) -> bool:
    length = sum(len(word.text) for word in line)
    sure = sum(word.confidence * len(word.text) for word in line) / max(length, 1)
    return sure >= _SURE and sum(character.isalnum() for word in line for character in word.text) >= _FEWEST


def _letters(lines: Iterable[Line]) -> float:
    return sum(word.confidence * len(word.text) for line in lines for word in line)


def _put(lines: list[Line], line: Line) -> None:
    """Put a line where it stands: into the row that it belongs to, else behind the last line above it."""
    place = 0
    for number, other in enumerate(lines):
        if _shared(other, line) >= _ONE_ROW and not _over(other, line):
            lines[number] = sorted([*other, *line], key=lambda word: word.left)
            return
        if _middle(other) < _middle(line) and _above(other, line):
            place = number + 1
    lines.insert(place, line)


def _shared(one: Line, other: Line) -> float:
    """Return the share of the lower one's height by which two lines stand side by side."""
    (top, bottom), (other_top, other_bottom) = _extent(one), _extent(other)
    low = max(min(bottom - top, other_bottom - other_top), 1)
    return (min(bottom, other_bottom) - max(top, other_top)) / low


def _extent(line: Line) -> tuple[int, int]:
    return min(word.top for word in line), max(word.bottom for word in line)


def _over(one: Line, other: Line) -> bool:
    return any(word.left < third.right and third.left < word.right for word in one for third in other)


def _above(one: Line, other: Line) -> bool:
    return one[0].left < other[-1].right and other[0].left < one[-1].right


def _middle(line: Line) -> float:
    return sum(word.top + word.bottom for word in line) / len(line)
