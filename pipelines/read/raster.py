"""The pixels of a page: gray, upright as stored, with the resolution they are believed to have."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from documents.page import Box

Gray = NDArray[np.uint8]

#: Long side of the paper that French offices use, in inches (A4, ISO 216).
_A4_LONG_SIDE = 11.69
#: Papers between a receipt and an A2 plan: a resolution that gives another size is not believed.
_SHORTEST, _LONGEST = 1.5, 24.0
_LOWEST, _HIGHEST = 60.0, 1300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """One page as gray pixels."""

    #: Height by width, 0 black to 255 white.
    gray: Gray = field(repr=False)
    #: Pixels an inch.
    dpi: float

    def without(self, boxes: Iterable[Box]) -> Self:
        """Return the pixels with paper painted over some places."""
        gray = self.gray.copy()
        height, width = gray.shape
        paper = np.uint8(np.median(gray[::8, ::8]))
        for box in boxes:
            rows = slice(int(box.top * height), int(box.bottom * height) + 1)
            gray[rows, int(box.left * width) : int(box.right * width) + 1] = paper
        return replace(self, gray=gray)

    def part(self, box: Box) -> Self:
        """Return the pixels within a box."""
        height, width = self.gray.shape
        rows = slice(round(box.top * height), max(round(box.bottom * height), round(box.top * height) + 1))
        columns = slice(round(box.left * width), max(round(box.right * width), round(box.left * width) + 1))
        return replace(self, gray=np.ascontiguousarray(self.gray[rows, columns]))


def turn(raster: Raster, degrees: int) -> Raster:
    """Return a page turned clockwise by quarter turns."""
    if degrees % 360 == 0:
        return raster
    return replace(raster, gray=np.ascontiguousarray(np.rot90(raster.gray, -(degrees // 90))))


def believable_dpi(stated: float | None, width: int, height: int) -> float:
    """Return the resolution a file states if the paper it implies exists, else the one that makes it an A4 page.

    Cameras write 72 whatever they photograph, and screenshots nothing.
    """
    longest = max(width, height)
    usual = max(longest / _A4_LONG_SIDE, 1.0)
    if stated is None or not _LOWEST <= stated <= _HIGHEST:
        return usual
    # 72 and 96 are what software writes when it does not know.
    most = _A4_LONG_SIDE * 1.3 if stated in (72.0, 96.0) else _LONGEST
    return stated if _SHORTEST <= longest / stated <= most else usual
