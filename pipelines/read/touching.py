"""Lines set so tightly that they touch, told apart by the bodies of their small letters: there ink is densest."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from pipelines.read.raster import Gray

#: All lengths are in letter heights. How far ink is spread along a line and across it to see bodies as one.
_ALONG, _ACROSS = 1.6, 0.08
#: How far above and below the densest row is looked for, and the shares of it from which a row is a body: the greater
#: part more lines, and the lesser are tried first.
_REACH, _SHARES = 0.8, (0.3, 0.45, 0.6)
#: Share of inked pixels of a body, its least width and height.
_INKED, _NARROWEST, _LOWEST = 0.1, 0.8, 0.25
#: The least distance between lines, and the height from which what was not parted may still be several.
_LEADING, _SEVERAL = 1.05, 1.9
#: The share of marks under which the height of letters in a heading is met, and what is no letter.
_QUANTILE, _NO_LETTER = 0.4, 0.5
#: Share of the lower one's height by which bodies of one line overlap.
_ONE_LINE = 0.5

#: Left, top, right, bottom, in pixels at looking resolution.
Box = list[int]


@dataclass(slots=True)
class _Body:
    """The bodies of the letters of one line."""

    left: int
    top: int
    right: int
    bottom: int


def parted(letters: Gray, box: Box, unit: float) -> list[Box]:
    """Return the lines in a run of marks that is too high for one; the run itself when it is one of large letters."""
    left, top, right, bottom = box
    part = letters[top:bottom, left:right]
    unit = max(unit, _height_of_letters(part, unit))
    if bottom - top <= _SEVERAL * unit:
        return [box]
    found: list[_Body] = []
    for share in _SHARES:
        bodies = _lines(_bodies(part, unit, share))
        steps = [below.bottom - above.bottom for above, below in pairwise(bodies)]
        if len(bodies) > len(found) and all(step >= _LEADING * unit for step in steps):
            found = bodies
        if len(found) > 1 and max(body.bottom - body.top for body in found) <= _SEVERAL * unit:
            break
    if len(found) < 2:
        return [box]
    cuts = [_valley(part, above.bottom, below.top) for above, below in pairwise(found)]
    bounds = [0, *cuts, bottom - top]
    return [
        [left + first, top + start, left + last, top + stop]
        for body, (start, stop) in zip(found, pairwise(bounds), strict=True)
        for first, last in [_ends(part[start:stop], body, unit)]
    ]


def _height_of_letters(part: Gray, unit: float) -> float:
    _, _, found, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
    heights = np.asarray(found, dtype=np.int32)[1:, cv2.CC_STAT_HEIGHT]
    heights = heights[heights >= _NO_LETTER * unit]
    return float(np.quantile(heights, _QUANTILE)) if len(heights) else unit


def _bodies(part: Gray, unit: float, share: float) -> list[_Body]:
    spread = cv2.GaussianBlur(part.astype(np.float32), (0, 0), _ALONG * unit, sigmaY=max(_ACROSS * unit, 0.6))
    densest = cv2.dilate(spread, np.ones((2 * round(_REACH * unit) + 1, 1), np.uint8))
    body = ((spread >= share * densest) & (spread >= _INKED * 255)).astype(np.uint8)
    _, _, found, _ = cv2.connectedComponentsWithStats(body, connectivity=4)
    return [
        _Body(left, top, left + width, top + height)
        for left, top, width, height, _ in np.asarray(found, dtype=np.int32)[1:].tolist()
        if width >= _NARROWEST * unit and height >= _LOWEST * unit
    ]


def _lines(bodies: Sequence[_Body]) -> list[_Body]:
    lines: list[_Body] = []
    for body in sorted(bodies, key=lambda body: body.top + body.bottom):
        line = lines[-1] if lines else body
        low = min(body.bottom - body.top, line.bottom - line.top)
        if lines and min(body.bottom, line.bottom) - max(body.top, line.top) > _ONE_LINE * low:
            line.left, line.right = min(line.left, body.left), max(line.right, body.right)
            line.top, line.bottom = min(line.top, body.top), max(line.bottom, body.bottom)
        else:
            lines.append(body)
    return lines


def _valley(part: Gray, above: int, below: int) -> int:
    """Return the row with the least ink between the bodies of two lines."""
    rows = (part[above : max(below, above + 1)] > 0).sum(axis=1)
    least = np.flatnonzero(rows == rows.min())
    return above + int(least[len(least) // 2])


def _ends(line: Gray, body: _Body, unit: float) -> tuple[int, int]:
    """Return where the ink of a line begins and ends."""
    reach = round(_ALONG * unit)
    start = max(body.left - reach, 0)
    inked = np.flatnonzero(line[:, start : body.right + reach].any(axis=0))
    return (start + int(inked[0]), start + int(inked[-1]) + 1) if len(inked) else (body.left, body.right)
