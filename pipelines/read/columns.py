"""Where columns stand side by side on a page, so that each is read to its end before the next.

Rows of a table stand side by side too, and are read across: they share their baselines, and columns of text do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.read.ink import Ink
from pipelines.read.lines import Segment, runs_of
from pipelines.read.region import Region, whole

#: All lengths are in letter heights: the gap that parts columns, the vertical
#: gap that parts blocks, the distances within which baselines and tops are the same.
_GUTTER, _BLOCK_GAP, _SAME_BASELINE, _SAME_TOP = 2.2, 1.8, 0.2, 0.12
#: Share of lines with a partner of the same baseline from which a band is a table.
_TABLE = 0.7
#: Two columns of prose on one typewriter share their baselines as well: they are told by their full, long lines.
_PROSE_LINES, _PROSE_WIDTH, _PROSE_FILL = 4, 18.0, 0.6
#: The same of the running text of a page, whose paragraphs leave gaps in both columns.
_TEXT_LINES, _TEXT_WIDTH, _TEXT_FILL = 6, 28.0, 0.75
_FEWEST_LINES = 2
#: Width of the longest line of the narrowest column.
_NARROWEST = 5.0
#: Regions beyond which what was found is grain or a drawing, and the page is read whole.
_MOST_REGIONS = 14
#: Distance of places tried for a gutter, in pixels at looking resolution.
_STEP = 3
_SMALLEST_LETTER = 5.5
_DEEPEST = 2


@dataclass(frozen=True, slots=True)
class _Band:
    """Rows of a region where a gutter parts two columns."""

    gutter: int
    top: int
    bottom: int


def regions_of(ink: Ink) -> list[Region]:
    """Return the parts of a straight page in the order in which they are read; one when there are no columns."""
    page = whole(ink)
    if ink.letter_height < _SMALLEST_LETTER:
        # Grain, or print too small to measure from afar.
        return [page]
    regions = _Columns(ink).split(page, depth=0)
    return regions if len(regions) <= _MOST_REGIONS else [page]


class _Columns:
    """Finds columns on one page."""

    def __init__(self, ink: Ink) -> None:
        self._unit = ink.letter_height
        self._segments = runs_of(ink)
        # A rule across ends whatever stands above it.
        reach = max(int(_GUTTER * self._unit) | 1, 3)
        spread = cv2.dilate(ink.letters, np.ones((1, reach), np.uint8))
        self._blocked: NDArray[np.bool_] = cv2.bitwise_or(spread, ink.rules) > 0

    def split(self, region: Region, depth: int) -> list[Region]:
        if depth > _DEEPEST:
            return [region]
        inside = [segment for segment in self._segments if _is_inside(segment, region)]
        band = self._best_band(region, inside)
        if band is None:
            return [region]
        above = replace(region, bottom=band.top)
        left = replace(region, right=band.gutter, top=band.top, bottom=band.bottom, column=True)
        right = replace(left, left=band.gutter, right=region.right)
        # The last lines of a left column may be longer than it: they belong to it when nothing stands beside them.
        outgrown = replace(region, top=band.bottom, bottom=self._end_of_left(band, left, inside))
        below = replace(region, top=outgrown.bottom)
        parts: list[Region] = []
        if any(_is_inside(segment, above) for segment in inside):
            parts += self.split(above, depth)
        parts += self.split(left, depth + 1)
        if outgrown.bottom > outgrown.top:
            parts.append(outgrown)
        parts += self.split(right, depth + 1)
        if any(_is_inside(segment, below) for segment in inside):
            parts += self.split(below, depth)
        return parts

    def _end_of_left(self, band: _Band, left: Region, inside: Sequence[Segment]) -> int:
        lines = sorted((s for s in inside if _is_inside(s, left)), key=lambda s: s.top)
        steps = [below.top - above.top for above, below in pairwise(lines) if below.top > above.bottom - 3]
        if not steps:
            return band.bottom
        last, end = lines[-1], band.bottom
        for line in sorted((s for s in inside if s.top >= band.bottom - 3), key=lambda s: s.top):
            same_margin = abs(line.left - last.left) <= self._unit
            next_row = 0 < line.top - last.top <= 1.2 * float(np.median(steps)) + 2
            beside = (s for s in inside if s.left > line.right and s.right - s.left > 2 * self._unit)
            alone = not any(_overlap(segment, line) for segment in beside)
            if not (same_margin and next_row and alone and line.right > band.gutter):
                break
            last, end = line, line.bottom + 3
        return end

    def _best_band(self, region: Region, inside: Sequence[Segment]) -> _Band | None:
        best: tuple[tuple[int, int, int], _Band] | None = None
        for gutter in range(region.left + _STEP, region.right - _STEP, _STEP):
            free = ~self._blocked[region.top : region.bottom, gutter]
            for start, stop in _runs(free, int(3 * self._unit)):
                top, bottom = region.top + start, region.top + stop
                for score, band in self._bands(gutter, top, bottom, inside):
                    if best is None or score > best[0]:
                        best = (score, band)
        return best[1] if best else None

    def _bands(
        self, gutter: int, top: int, bottom: int, inside: Sequence[Segment]
    ) -> list[tuple[tuple[int, int, int], _Band]]:
        within = [segment for segment in inside if segment.top >= top - 1 and segment.bottom <= bottom + 1]
        lefts = [segment for segment in within if segment.right <= gutter]
        rights = [segment for segment in within if segment.left >= gutter]
        if min(len(lefts), len(rights)) < _FEWEST_LINES:
            return []
        found = []
        facing = _facing(lefts, rights, _BLOCK_GAP * self._unit)
        pairs = [pair for pair in facing if self._are_columns(*pair)]
        running = self._is_text(lefts) + self._is_text(rights)
        if len(facing) > 1 and (running == 2 or (running and self._are_columns(lefts, rights))):
            # Paragraphs that end side by side are still those of two columns.
            pairs.append((lefts, rights))
        for left_lines, right_lines in pairs:
            both = [*left_lines, *right_lines]
            space = min(s.left for s in right_lines) - max(s.right for s in left_lines)
            # The most even pair of columns, parted by the widest gutter, cut in its middle.
            middle = min(s.left for s in right_lines) - space // 2
            band = _Band(middle, max(min(s.top for s in both) - 2, top), min(max(s.bottom for s in both) + 3, bottom))
            found.append(((min(len(left_lines), len(right_lines)), len(both), space), band))
        return found

    def _are_columns(self, lefts: Sequence[Segment], rights: Sequence[Segment]) -> bool:
        if min(_rows(lefts), _rows(rights)) < _FEWEST_LINES:
            return False
        if min(max(line.right - line.left for line in side) for side in (lefts, rights)) < _NARROWEST * self._unit:
            return False
        if max(self._aligned(lefts, rights), self._aligned(rights, lefts)) < _TABLE:
            return True
        return self._is_prose(lefts) and self._is_prose(rights)

    def _aligned(self, lines: Sequence[Segment], others: Sequence[Segment]) -> float:
        """Return the share of lines, of those that face others, which share a baseline with one."""
        top, bottom = _extent(others)
        facing = [line for line in lines if line.bottom > top and line.top < bottom]
        aligned = sum(any(self._on_one_row(line, other) for other in others) for line in facing)
        return aligned / len(facing) if facing else 1.0

    def _on_one_row(self, one: Segment, other: Segment) -> bool:
        # A rule close beneath hides the baseline: the same height of the letters' tops then tells.
        near, same = _SAME_BASELINE * self._unit, _SAME_TOP * self._unit
        return abs(one.baseline - other.baseline) <= near or abs(one.top - other.top) <= same

    def _is_prose(self, lines: Sequence[Segment]) -> bool:
        width, fill = _fill(lines)
        return len(lines) >= _PROSE_LINES and width >= _PROSE_WIDTH * self._unit and fill >= _PROSE_FILL

    def _is_text(self, lines: Sequence[Segment]) -> bool:
        """Tell whether lines are the running text of a page, which no letterhead has."""
        width, fill = _fill(lines)
        return len(lines) >= _TEXT_LINES and width >= _TEXT_WIDTH * self._unit and fill >= _TEXT_FILL


def _fill(lines: Sequence[Segment]) -> tuple[int, float]:
    """Return the width of lines together, and the share of it that the usual one fills."""
    width = max(line.right for line in lines) - min(line.left for line in lines)
    return width, float(np.median([line.right - line.left for line in lines])) / max(width, 1)


def _overlap(one: Segment, other: Segment) -> bool:
    return min(one.bottom, other.bottom) > max(one.top, other.top)


def _is_inside(segment: Segment, region: Region) -> bool:
    return region.holds((segment.left + segment.right) / 2, (segment.top + segment.bottom) / 2)


def _runs(free: NDArray[np.bool_], shortest: int) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], free.view(np.int8), [0]))))
    return [(start, stop) for start, stop in edges.reshape(-1, 2).tolist() if stop - start >= shortest]


def _rows(segments: Sequence[Segment]) -> int:
    """Return how many lines segments make: those that overlap stand on one."""
    rows, reached = 0, -1
    for segment in sorted(segments, key=lambda segment: segment.top):
        if (segment.top + segment.bottom) // 2 > reached:
            rows += 1
            reached = segment.bottom
    return rows


def _facing(
    lefts: Sequence[Segment], rights: Sequence[Segment], gap: float
) -> list[tuple[list[Segment], list[Segment]]]:
    """Return the blocks on both sides of a gutter that stand side by side, joined where they overlap."""
    blocks = [
        (*_extent(block), block, side) for side, lines in ((0, lefts), (1, rights)) for block in _blocks(lines, gap)
    ]
    blocks.sort(key=lambda block: block[0])
    joined: list[tuple[list[Segment], list[Segment]]] = []
    reached = -1
    for top, bottom, block, side in blocks:
        if top > reached or not joined:
            joined.append(([], []))
        joined[-1][side].extend(block)
        reached = max(reached, bottom) if len(joined[-1][0]) + len(joined[-1][1]) > len(block) else bottom
    return [pair for pair in joined if pair[0] and pair[1]]


def _extent(block: Sequence[Segment]) -> tuple[int, int]:
    return min(segment.top for segment in block), max(segment.bottom for segment in block)


def _blocks(lines: Sequence[Segment], gap: float) -> list[list[Segment]]:
    blocks: list[list[Segment]] = []
    reached = 0
    for line in sorted(lines, key=lambda line: line.top):
        if not blocks or line.top - reached > gap:
            blocks.append([])
            reached = line.bottom
        blocks[-1].append(line)
        reached = max(reached, line.bottom)
    return blocks
