"""Where the lines of print stand on a straight page: runs of words without a wide gap, their baselines and heights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.read.ink import Ink
from pipelines.read.raster import Gray
from pipelines.read.region import Region
from pipelines.read.touching import Box, parted

#: All lengths are in letter heights: the gap between marks that are joined at once, and the widest within a line.
_WORD_GAP, _WIDEST_GAP = 1.5, 2.2
#: Share of the height of a line that is a letter height where letters are larger than the page's.
_OF_LARGE = 0.55
#: Height and width of the least mark that makes a line; smaller ones join one that is as near as the next two say.
_LEAST_HEIGHT, _LEAST_WIDTH, _NEAR_DOWN, _NEAR_ACROSS = 0.6, 0.4, 0.6, 2.2
#: How far what joins a line at its end may reach above or below it, as a comma does that is set apart.
_BEYOND = 0.5
#: Height and width under which a mark may be a stop.
_STOP_HEIGHT, _STOP_WIDTH = 0.9, 0.7
#: Height from which a slender mark is as tall as a letter.
_SLENDER = 0.8
#: Height from which a run of marks may be several lines that touch.
_SEVERAL = 1.9
#: Share of the lower one's height by which two runs of one line overlap, and how much higher both together may be.
_ONE_LINE, _HIGHER, _HIGHER_BY = 0.5, 1.6, 0.5
#: Slopes tried for a line that is long enough to have one: what is left of a photograph's perspective.
_SLOPES = np.arange(-0.036, 0.0361, 0.006)
_FINER, _LONG = 0.003, 12.0
#: How far above its small letters a line with tall ones reaches; capitals and figures are that much taller.
_TALL, _CAPITAL = 1.25, 1.42
#: Share of the width that is an edge, and the width of what is a word even there.
_EDGE, _WORD = 0.04, 4.0
#: Height of the tallest letters that are words of a column.
_TALLEST = 3.5
#: Width under which a mark tells nothing of its line, and from which a line does; how far such a mark may reach above
#: and below the baseline of its row, in heights of small letters.
_ALONE, _ROW, _TALLEST_ALONE, _LOWEST_ALONE = 1.6, 3.0, 2.2, 0.6
#: In the same: where a mark ends, or reaches, that is too high or too low for a letter.
_RAISED, _LOW = 0.3, 0.8
#: Bounds of a line's letter height, in shares of the page's.
_SMALLEST, _LARGEST = 0.6, 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of words, in pixels at looking resolution."""

    left: int
    right: int
    #: Height of the baseline at its middle, and by how much it falls for each pixel to the right.
    baseline: int
    slope: float
    #: Height of a small letter without stems.
    x_height: float
    #: How far its ink reaches above and below the baseline.
    above: int
    below: int
    #: What a small letter may measure instead, in a line whose letters are all of one height.
    other_height: float | None = None
    #: Whether it is one letter or mark whose baseline and height are those of its row.
    alone: bool = False
    #: The same letter by its own measure, if it may be one.
    by_itself: "Segment | None" = None

    @property
    def top(self) -> int:
        """Where its ink begins."""
        return self.baseline - self.above

    @property
    def bottom(self) -> int:
        """Where its ink ends."""
        return self.baseline + self.below

    @property
    def is_tall(self) -> bool:
        """Whether it is as tall as a capital."""
        return self.above >= _TALL * self.x_height

    @property
    def is_raised(self) -> bool:
        """Whether it ends far above the baseline."""
        return self.below <= -_RAISED * self.x_height


def segments_of(ink: Ink, regions: Sequence[Region]) -> list[list[Segment]]:
    """Return the lines in each region, in no order."""
    unit = ink.letter_height
    pieces = _pieces(ink.letters, unit)
    found = []
    for region in regions:
        inside = [piece for piece in pieces if region.holds((piece[0] + piece[2]) / 2, (piece[1] + piece[3]) / 2)]
        found.append([_measured(ink.letters, box, unit) for box in _joined(inside, unit) if _has_ink(ink.letters, box)])
    return [_framed(segments, unit) for segments in _at_true_height(found)]


def runs_of(ink: Ink) -> list[Segment]:
    """Return the runs of words on a page that no gap wider than that between words parts."""
    unit = ink.letter_height
    return [
        _measured(ink.letters, piece, unit)
        for piece in _pieces(ink.letters, unit)
        if _is_large(piece, unit) and piece[3] - piece[1] <= _TALLEST * unit and _has_ink(ink.letters, piece)
    ]


def _pieces(letters: Gray, unit: float) -> list[Box]:
    reach = max(int(_WORD_GAP * unit) | 1, 3)
    spread = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, np.ones((1, reach), np.uint8))
    _, _, shapes, _ = cv2.connectedComponentsWithStats(spread, connectivity=4)
    boxes: list[Box] = []
    for left, top, width, height, _area in shapes[1:].tolist():
        box = [left, top, left + width, top + height]
        if _is_on_edge(box, letters.shape[1], unit):
            continue
        boxes += parted(letters, box, unit) if height > _SEVERAL * unit else [box]
    return boxes


def _is_on_edge(box: Box, width: int, unit: float) -> bool:
    """Tell whether a mark stands alone at an edge, where a photograph shows the table and a copier its own shade."""
    margin = _EDGE * width
    return (box[2] < margin or box[0] > width - margin) and box[2] - box[0] < _WORD * unit


def _joined(pieces: Iterable[Box], unit: float) -> list[Box]:
    """Return lines put together from pieces; accents, points and dashes join the nearest."""
    large: list[Box] = []
    small: list[Box] = []
    for piece in pieces:
        (large if _is_large(piece, unit) and not _is_stop(piece, unit) else small).append(list(piece))
    if not large:
        return [piece for piece in small if _is_large(piece, unit)]
    lines: list[Box] = []
    for box in sorted(_with_small(large, small, unit), key=lambda box: box[0]):
        line = next((line for line in lines if _is_continued(line, box, unit)), None)
        if line is None:
            lines.append(box)
        else:
            line[:] = [min(line[0], box[0]), min(line[1], box[1]), max(line[2], box[2]), max(line[3], box[3])]
    return lines


def _with_small(large: Sequence[Box], small: Iterable[Box], unit: float) -> list[Box]:
    """Return words with the small marks that each draws; those that stand alone are words too if large enough."""
    first = np.array(large)
    boxes = first.copy()
    alone: list[Box] = []
    reach = _NEAR_ACROSS * np.maximum(unit, _OF_LARGE * (boxes[:, 3] - boxes[:, 1]))
    for left, top, right, bottom in small:
        down = np.maximum(np.maximum(boxes[:, 1] - bottom, top - boxes[:, 3]), 0)
        across = np.maximum(np.maximum(boxes[:, 0] - right, left - boxes[:, 2]), 0)
        # The edge of the paper and strokes of a pen stand beside several lines and belong to none.
        beside = (first[:, 0] >= right) | (left >= first[:, 2])
        beyond = np.maximum(first[:, 1] - top, bottom - first[:, 3]) > _BEYOND * unit
        far = (down > _NEAR_DOWN * unit) | (across > reach) | (beside & beyond)
        nearest = int(np.where(far, np.inf, down + 0.2 * across).argmin())
        if not far[nearest]:
            boxes[nearest, :2] = np.minimum(boxes[nearest, :2], (left, top))
            boxes[nearest, 2:] = np.maximum(boxes[nearest, 2:], (right, bottom))
        elif _is_large([left, top, right, bottom], unit) or _is_in_row([left, top, right, bottom], large, unit):
            alone.append([left, top, right, bottom])
    return [*boxes.tolist(), *alone]


def _is_continued(line: Box, box: Box, unit: float) -> bool:
    overlap = min(box[3], line[3]) - max(box[1], line[1])
    low, high = sorted((box[3] - box[1], line[3] - line[1]))
    both = max(box[3], line[3]) - min(box[1], line[1])
    near = box[0] - line[2] < _WIDEST_GAP * max(unit, _OF_LARGE * low) and box[2] > line[0]
    return near and overlap > _ONE_LINE * low and both < _HIGHER * high + _HIGHER_BY * unit


def _measured(letters: Gray, box: Box, unit: float) -> Segment:
    left, top, right, bottom = box
    downs, acrosses = np.nonzero(letters[top:bottom, left:right])
    slope = _slope(downs, acrosses - (right - left) / 2) if right - left >= _LONG * unit else 0.0
    level = downs - (acrosses - (right - left) / 2) * slope
    first = int(np.floor(level.min()))
    rows = np.bincount((level - first + 0.5).astype(np.int64)).astype(np.float32)
    inked = np.flatnonzero(rows >= (2 if len(downs) > 60 else 1))
    start, stop = (int(inked[0]), int(inked[-1]) + 1) if len(inked) else (0, len(rows))
    change = np.diff(np.concatenate(([0, 0], np.convolve(rows, [0.25, 0.5, 0.25]), [0])))
    # Ink ends most suddenly under the small letters, and begins most suddenly above them.
    base = max(int(change[2:].argmin()), 1)
    x_height = max(base - int(change[1 : max(base - int(0.35 * unit), 1) + 1].argmax()) + 1, 3)
    return Segment(
        left=left, right=right, baseline=top + first + base, slope=slope,
        x_height=float(x_height), above=base - start, below=stop - base,
    )  # fmt: skip


def _slope(downs: NDArray[np.integer], acrosses: NDArray[np.floating]) -> float:
    def sharpness(slope: float) -> float:
        level = downs - acrosses * slope
        rows = np.bincount((level - level.min() + 0.5).astype(np.int64)).astype(np.float64)
        return float(np.square(rows).sum())

    best = max(_SLOPES.tolist(), key=sharpness)
    return float(max((best - _FINER, best, best + _FINER), key=sharpness))


def _at_true_height(regions: list[list[Segment]]) -> list[list[Segment]]:
    """Return segments with the height of their small letters, where there are only tall ones too."""
    both = [one for segments in regions for one in segments if one.above >= _TALL * one.x_height]
    if not both:
        return regions
    weights = [max(int(one.right - one.left) // 10, 1) for one in both]
    usual = float(np.median(np.repeat([one.x_height for one in both], weights)))
    return [[_resized(one, usual) for one in segments] for segments in regions]


def _resized(segment: Segment, usual: float) -> Segment:
    def bounded(height: float) -> float:
        return min(max(height, _SMALLEST * usual), _LARGEST * usual)

    height = segment.x_height
    if segment.above >= _TALL * height:
        return replace(segment, x_height=bounded(height))
    # All small letters, or all capitals and figures: first whichever brings it nearer to the page's other lines.
    small, capital = sorted((height, height / _CAPITAL), key=lambda one: abs(np.log(one / usual)))
    return replace(segment, x_height=bounded(small), other_height=bounded(capital))


def _framed(segments: Sequence[Segment], unit: float) -> list[Segment]:
    """Return segments where a letter or mark that stands alone in its row has the baseline and height of that row."""
    rows = [one for one in segments if one.right - one.left >= _ROW * unit]
    sure = [row for row in rows if row.other_height is None]
    framed: list[Segment] = []
    for one in segments:
        if one.right - one.left < _ALONE * unit:
            framed.append(_in_row(one, rows, alone=True))
        elif one.other_height is not None and one.right - one.left < 6 * unit:
            framed.append(_in_row(one, sure, alone=False))
        else:
            framed.append(one)
    return framed


def _in_row(mark: Segment, rows: Iterable[Segment], *, alone: bool) -> Segment:
    across, middle = (mark.left + mark.right) / 2, (mark.top + mark.bottom) / 2
    beside = [row for row in rows if row.top <= middle <= row.bottom]
    if not beside:
        return mark
    row = min(beside, key=lambda row: max(row.left - mark.right, mark.left - row.right))
    baseline = round(row.baseline + row.slope * (across - (row.left + row.right) / 2))
    above, below = baseline - mark.top, mark.bottom - baseline
    if above > _TALLEST_ALONE * row.x_height or below > _LOWEST_ALONE * row.x_height:
        return mark
    framed = replace(
        mark, baseline=baseline, x_height=row.x_height, above=above, below=below, other_height=None, alone=alone
    )
    may_be_letter = not framed.is_raised and above >= _LOW * row.x_height
    return replace(framed, by_itself=mark) if may_be_letter else framed


def _is_large(box: Box, unit: float) -> bool:
    return box[3] - box[1] >= _LEAST_HEIGHT * unit and box[2] - box[0] >= _LEAST_WIDTH * unit


def _is_in_row(box: Box, words: Sequence[Box], unit: float) -> bool:
    """Tell whether a mark too slender for a word stands in a row, amid the print: a figure, a capital I, a minus."""
    left, top, right, bottom = box
    tall, wide = (bottom - top) / unit, (right - left) / unit
    if not (_SLENDER <= tall <= _SEVERAL or (tall < _SLENDER and _LEAST_WIDTH <= wide <= _SEVERAL)):
        return False
    amid = min(word[0] for word in words) < left and right < max(word[2] for word in words)
    return amid and any(word[1] <= (top + bottom) / 2 <= word[3] for word in words)


def _is_stop(box: Box, unit: float) -> bool:
    """Tell whether a mark may be a comma set apart, as typists do: it hangs too low to be in line with its words."""
    return box[3] - box[1] < _STOP_HEIGHT * unit and box[2] - box[0] < _STOP_WIDTH * unit


def _has_ink(letters: Gray, box: Box) -> bool:
    return bool(letters[box[1] : box[3], box[0] : box[2]].any())
