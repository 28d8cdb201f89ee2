"""The ink of a clean page, seen from afar: which marks are letters, how tall they are, where long rules run."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.read.cleaning import resample
from pipelines.read.raster import Gray, Raster

#: Resolution at which ink is looked at to find out about turns, skew, columns and emptiness.
LOOKING_DPI = 100.0
#: How much darker than paper ink is at least, and in shares of the darkest ink and of the grain.
_LEAST_CONTRAST, _OF_DARKEST, _OF_GRAIN = 16.0, 0.25, 5.0
#: How far the gray of a rule may vary, as a share of its darkness.
_UNEVEN = 0.5
#: Length of what is a rule and not a letter, in pixels at looking resolution.
_RULE_ACROSS, _RULE_DOWN = 60, 45
#: Marks that may be letters or joined letters, in pixels at looking resolution.
_LEAST_AREA, _LEAST_HEIGHT, _TALLEST, _WIDEST = 4, 3, 60, 400
#: How many times longer than thick a stroke may be, and its thickness in medians of all heights: beyond and thinner, it
#: is the edge of the paper or a fold. Small letters that touch make long marks too, but are as tall as letters are.
_MOST_SLENDER, _THIN = 9, 0.4
#: Share of its box that a stroke fills.
_FULL = 0.85


#: Height, in medians, from which a mark must be a letter of a heading: beside another that is not filled to this share
#: of its box, at least half as tall, and for the most part at the same height. More such marks are drawings or grain.
_LARGE, _SOLID, _ALIKE, _BESIDE, _MOST_LARGE = 2.4, 0.72, 0.5, 0.7, 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Ink:
    """Where a page has ink, at looking resolution."""

    #: 255 where a letter may be.
    letters: Gray = field(repr=False)
    #: 255 where a rule runs across.
    rules: Gray = field(repr=False)
    #: Marks that may be letters.
    count: int
    #: Median height of those marks, in pixels at looking resolution.
    letter_height: float
    #: The gray under which a pixel is ink.
    darkness: float


def ink_of(page: Raster) -> Ink:
    """Return the ink of a page whose paper is even."""
    small = resample(page, LOOKING_DPI).gray
    darkness = _threshold(small)
    ink = cv2.threshold(small, darkness, 255, cv2.THRESH_BINARY_INV)[1]
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, _RULE_ACROSS), np.uint8))
    rules = _even(np.asarray(across, dtype=np.uint8), small)
    uprights = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((_RULE_DOWN, 1), np.uint8))
    ink = cv2.subtract(ink, cv2.dilate(cv2.bitwise_or(rules, uprights), np.ones((3, 3), np.uint8)))
    _, labels, found, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    shapes = np.asarray(found, dtype=np.int32)
    widths, heights = shapes[:, cv2.CC_STAT_WIDTH], shapes[:, cv2.CC_STAT_HEIGHT]
    kept = (shapes[:, cv2.CC_STAT_AREA] >= _LEAST_AREA) & (heights <= _TALLEST) & (widths <= _WIDEST)
    kept[0] = False
    kept &= ~_are_strokes(shapes, kept)
    kept &= ~_are_drawn(shapes, kept)
    tall = kept & (heights >= _LEAST_HEIGHT)
    return Ink(
        letters=np.asarray((kept * np.uint8(255))[labels], dtype=np.uint8),
        rules=np.asarray(rules, dtype=np.uint8),
        count=int(np.count_nonzero(tall)),
        letter_height=float(np.median(heights[tall])) if tall.any() else 0.0,
        darkness=darkness,
    )


def _even(rules: Gray, gray: Gray) -> Gray:
    """Return rules without lines of print whose letters melt together, they are so small: a rule is of one gray."""
    _, labels, found, _ = cv2.connectedComponentsWithStats(rules, connectivity=8)
    kept = np.ones(len(found), dtype=np.bool_)
    for number, (left, top, width, height, _area) in enumerate(np.asarray(found, dtype=np.int32).tolist()):
        place = slice(top, top + height), slice(left, left + width)
        rows = [line[marked] for line, marked in zip(gray[place], labels[place] == number, strict=True) if marked.any()]
        light, dark = np.quantile(min(rows, key=np.mean), (0.9, 0.1))
        kept[number] = light - dark <= _UNEVEN * (255 - dark)
    kept[0] = False
    return np.asarray((kept * np.uint8(255))[labels], dtype=np.uint8)


def _are_strokes(shapes: NDArray[np.int32], kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which marks are long and thin."""
    _, _, widths, heights, areas = shapes.T
    tall = kept & (heights >= _LEAST_HEIGHT)
    letters = float(np.median(heights[tall])) if tall.any() else 0.0
    thin = (heights < _THIN * letters) | (areas > _FULL * widths * heights)
    across = (widths > _MOST_SLENDER * heights) & thin
    return np.asarray(across | (heights > _MOST_SLENDER * widths), dtype=np.bool_)


def _are_drawn(shapes: NDArray[np.int32], kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which large marks are no letters: logos, seals, holes, strokes of a pen have no fellow."""
    heights = shapes[:, cv2.CC_STAT_HEIGHT]
    tall = kept & (heights >= _LEAST_HEIGHT)
    drawn = np.zeros(len(shapes), dtype=np.bool_)
    if not tall.any():
        return drawn
    large = np.flatnonzero(kept & (heights > _LARGE * np.median(heights[tall])))
    if len(large) > _MOST_LARGE:
        return drawn
    left, top, width, height, _ = shapes[large].T.astype(np.float64)[:, :, np.newaxis]
    lefts, tops, widths, others, areas = shapes[tall].T.astype(np.float64)
    apart = np.maximum(lefts - (left + width), left - (lefts + widths))
    beside = np.minimum(top + height, tops + others) - np.maximum(top, tops)
    fellows = (others >= _ALIKE * height) & (beside >= _BESIDE * np.minimum(height, others)) & (apart <= height)
    # What is filled is no letter, and nothing is its own fellow.
    fellows &= (areas < _SOLID * widths * others) & (np.flatnonzero(tall) != large[:, np.newaxis])
    drawn[large] = ~fellows.any(axis=1)
    return drawn


def _threshold(gray: Gray) -> float:
    """Return the gray under which a pixel of a page whose paper is even is ink."""
    sample = gray[::3, ::3].astype(np.float32)
    paper = float(np.median(sample))
    grain = 1.48 * float(np.median(np.abs(sample - paper)))
    darkest = float(np.quantile(sample, 0.003))
    return paper - max(_LEAST_CONTRAST, _OF_DARKEST * (paper - darkest), _OF_GRAIN * grain)
