"""What looks like print on a page and is in no line that was read: where it stands, and how much of all print it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from pipelines.read.engines.interface import Line
from pipelines.read.ink import Ink
from pipelines.read.raster import Gray

#: All lengths are in letter heights: the paper around a word that is still its own, the least and greatest height of
#: a letter, the gap between marks of one patch.
_AROUND, _SMALLEST, _TALLEST, _GAP = 0.4, 0.5, 3.5, 1.5
#: Share of a mark that lies outside every word from which it was not read.
_OUTSIDE = 0.5
#: Marks that a patch has at least, and its least length: fewer are stops, dust or a tick.
_FEWEST, _SHORTEST = 5, 4.0
#: Width of a strip along the edge of the page that is dirt and no print.
_EDGE = 6.0
#: Letters of a line that accounts for nothing.
_SCRAP = 2
#: Marks beyond which what is left is grain.
_MOST_MARKS = 6000


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """A place with unread print, in pixels at looking resolution."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def upright(self) -> bool:
        """Whether it is as wide as lines are, and does not look like one that runs up or down the page."""
        return 2 * (self.right - self.left) >= self.bottom - self.top


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """All unread print on a page."""

    #: The largest first.
    patches: Sequence[Patch]
    #: Of the ink of all letters, 0 to 1.
    share: float

    @classmethod
    def of(cls, ink: Ink, lines: Iterable[Line], scale: float) -> Self:
        """Find it.

        Args:
            ink: The ink of the page.
            lines: What was read on it.
            scale: Pixels of the lines for each of the ink.
        """
        unit = ink.letter_height
        _, labels, found, _ = cv2.connectedComponentsWithStats(ink.letters, connectivity=8)
        shapes = np.asarray(found, dtype=np.int32)
        if not 1 < len(shapes) <= _MOST_MARKS:
            return cls(patches=(), share=0.0)
        inside = np.bincount(labels[_covered(ink, lines, scale) > 0], minlength=len(shapes))
        heights, areas = shapes[:, cv2.CC_STAT_HEIGHT], shapes[:, cv2.CC_STAT_AREA]
        left = (inside < _OUTSIDE * areas) & (heights >= _SMALLEST * unit) & (heights <= _TALLEST * unit)
        left[0] = False
        if not left.any():
            return cls(patches=(), share=0.0)
        patches, ink_of_patches = _patches((left * np.uint8(255))[labels], shapes[left], unit)
        return cls(patches=patches, share=round(ink_of_patches / float(areas[1:].sum()), 4))


def is_scrap(line: Line) -> bool:
    """Tell whether a line is so short that it may be a letter of one that runs up or down the page."""
    return sum(len(word.text) for word in line) <= _SCRAP


def _covered(ink: Ink, lines: Iterable[Line], scale: float) -> Gray:
    covered = np.zeros(ink.letters.shape, np.uint8)
    around = _AROUND * ink.letter_height
    for word in (word for line in lines if not is_scrap(line) for word in line):
        rows = slice(max(int(word.top / scale - around), 0), int(word.bottom / scale + around) + 1)
        covered[rows, max(int(word.left / scale - around), 0) : int(word.right / scale + around) + 1] = 1
    return covered


def _patches(left: Gray, marks: NDArray[np.int32], unit: float) -> tuple[list[Patch], float]:
    """Return the patches that marks make, and the ink in them."""
    reach = round(_GAP * unit) | 1
    _, places, found, _ = cv2.connectedComponentsWithStats(cv2.dilate(left, np.ones((reach, reach), np.uint8)))
    middles = places[marks[:, 1] + marks[:, 3] // 2, marks[:, 0] + marks[:, 2] // 2]
    counts = np.bincount(middles, minlength=len(found))
    inks = np.bincount(middles, weights=marks[:, 4], minlength=len(found))
    margin = reach // 2
    kept: list[tuple[float, Patch]] = []
    for number in range(1, len(found)):
        across, down, width, height, _ = (int(one) for one in found[number])
        long = max(width, height) - 2 * margin >= _SHORTEST * unit
        ends = min(across, down, left.shape[1] - across - width, left.shape[0] - down - height)
        if long and counts[number] >= _FEWEST and not (ends <= unit and min(width, height) <= _EDGE * unit):
            patch = Patch(left=across, top=down, right=across + width, bottom=down + height)
            kept.append((float(inks[number]), patch))
    kept.sort(key=lambda pair: -pair[0])
    return [patch for _, patch in kept], sum(amount for amount, _ in kept)
