"""Dark bars and boxes with light letters in them, as headings of forms have: turned into dark letters on paper."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.read.ink import LOOKING_DPI
from pipelines.read.raster import Gray, Raster

#: The least width and height of a bar, in inches.
_NARROWEST, _LOWEST = 0.5, 0.1
#: How dark a bar is at most, in shares of the paper; the widest light stroke in it and its least solid run, in inches.
_DARK, _STROKE, _RUN = 0.62, 0.1, 0.3
#: Shares of a bar that are dark at least, and light letters at least and at most.
_FILLED, _FEWEST, _MOST = 0.55, 0.01, 0.45
#: Share of its width that is solid along its upper and its lower side: bold letters close together are not.
_SOLID = 0.6
#: Of the way from a bar's gray to the paper's: what is lighter is a letter.
_LIGHT = 0.4
#: Marks beyond which what was found is a photograph or a pattern.
_MOST_MARKS = 2000


def with_bars_turned(page: Raster) -> Raster:
    """Return a page with its dark bars inverted, those that hold light letters; the page itself if it has none.

    What reaches the edge of the page is the dark around a scan, and left alone.
    """
    scale = LOOKING_DPI / page.dpi
    small = np.asarray(cv2.resize(page.gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    paper = float(np.median(small))
    dark = np.asarray(small < _DARK * paper, dtype=np.uint8)
    run = np.ones((2, int(_RUN * LOOKING_DPI)), np.uint8)
    solid = np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, run), dtype=np.uint8)
    if not solid.any():
        return page
    reach = int(_STROKE * LOOKING_DPI)
    joined = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    # Strokes that lead away from a bar are rules and letters, no part of it.
    least = np.ones((int(_LOWEST * LOOKING_DPI), int(_NARROWEST * LOOKING_DPI)), np.uint8)
    _, labels, found, _ = cv2.connectedComponentsWithStats(cv2.morphologyEx(joined, cv2.MORPH_OPEN, least))
    shapes = np.asarray(found, dtype=np.int32)[1:].tolist()
    if len(shapes) > _MOST_MARKS:
        return page
    gray = page.gray.copy()
    for number, (left, top, width, height, _area) in enumerate(shapes, start=1):
        if left == 0 or top == 0 or left + width == small.shape[1] or top + height == small.shape[0]:
            continue
        place = (slice(top, top + height), slice(left, left + width))
        if not _is_edged(solid[place]):
            continue
        inside = labels[place] == number
        seen = small[place][inside]
        bar = float(np.median(seen))
        letters = float(np.mean(seen > bar + _LIGHT * (paper - bar)))
        if float(np.mean(dark[place][inside])) >= _FILLED and _FEWEST <= letters <= _MOST:
            _turn(gray, labels == number, bar, paper)
    return replace(page, gray=gray)


def _is_edged(solid: NDArray[np.uint8]) -> bool:
    """Tell whether what is solid runs along the upper and the lower side."""
    third = len(solid) // 3
    return all(float(np.mean(side.any(axis=0))) >= _SOLID for side in (solid[:third], solid[-third:]))


def _turn(gray: Gray, bar: NDArray[np.bool_], level: float, paper: float) -> None:
    """Invert a bar in place."""
    height, width = gray.shape
    rows, columns = np.flatnonzero(bar.any(axis=1)), np.flatnonzero(bar.any(axis=0))
    down, across = height / bar.shape[0], width / bar.shape[1]
    top, bottom = int((rows[0] - 1) * down), int((rows[-1] + 2) * down)
    left, right = int((columns[0] - 1) * across), int((columns[-1] + 2) * across)
    part = gray[max(top, 0) : bottom, max(left, 0) : right]
    table = np.clip(paper - (np.arange(256) - level) * paper / max(paper - level, 1.0), 0, paper).astype(np.uint8)
    turned = np.asarray(cv2.LUT(part, table), dtype=np.uint8)
    mask = cv2.resize(bar.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    mask = mask[max(top, 0) : bottom, max(left, 0) : right]
    margin = np.ones((int(2 * down) | 1, int(2 * across) | 1), np.uint8)
    around, within = cv2.dilate(mask, margin), cv2.erode(mask, margin)
    # Along its edge a bar is not known to the pixel: there, whichever is lighter is the paper.
    part[:] = np.where(within > 0, turned, np.where(around > 0, np.maximum(part, turned), part))
