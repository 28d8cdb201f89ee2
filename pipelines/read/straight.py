"""A page made straight: its lines level, and parallel again where it was photographed from aside and they fan out."""

from dataclasses import dataclass, field, replace
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from documents.page import Box
from pipelines.read.ink import LOOKING_DPI, Ink, ink_of
from pipelines.read.lines import runs_of
from pipelines.read.raster import Raster

Matrix = NDArray[np.float64]

#: Degrees under which a page lies straight enough.
_LEAST_SKEW = 0.1
#: Width in letter heights of a line whose slope means something, and how many of them a page needs.
_LONG, _FEWEST = 20.0, 5
#: Slope that first or last line must keep to make it worth the work, and beyond which what was measured are no lines.
_LEAST, _MOST = 0.006, 0.12
#: Lines this far from the common fan are left out, in slope.
_STRAY = 0.008


@dataclass(frozen=True, slots=True, kw_only=True)
class Straight:
    """A straight page, and the way back to the one it was made from."""

    page: Raster
    ink: Ink
    #: Brings a place on it back to where it was, in pixels.
    back: Matrix = field(repr=False)

    @classmethod
    def of(cls, crooked: Raster, skew: float) -> Self:
        """Turn a page counter-clockwise by a few degrees, then make lines that still fan out parallel."""
        back = np.eye(3)
        page = crooked
        if abs(skew) >= _LEAST_SKEW:
            height, width = crooked.gray.shape
            back[:2] = cv2.invertAffineTransform(cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0))
            page = _warped(crooked, back)
        ink = ink_of(page)
        fan = _fan(page, ink)
        if fan is None:
            return cls(page=page, ink=ink, back=back)
        page = _warped(crooked, back @ fan)
        return cls(page=page, ink=ink_of(page), back=back @ fan)

    def place(self, left: float, top: float, right: float, bottom: float) -> Box:
        """Return where a rectangle was on the page before, in fractions of it, as upright and as large as it is."""
        height, width = self.page.gray.shape
        x, y, depth = self.back @ ((left + right) / 2, (top + bottom) / 2, 1.0)
        across, down = (right - left) / 2, (bottom - top) / 2
        return Box(
            left=_fraction((x / depth - across) / width),
            top=_fraction((y / depth - down) / height),
            right=_fraction((x / depth + across) / width),
            bottom=_fraction((y / depth + down) / height),
        )


def _fraction(value: float) -> float:
    return round(min(max(float(value), 0.0), 1.0), 5)


def _warped(page: Raster, back: Matrix) -> Raster:
    """Return a page with every place brought from where it was; new corners are white."""
    height, width = page.gray.shape
    gray = cv2.warpPerspective(
        page.gray, back, (width, height), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT, borderValue=255,
    )  # fmt: skip
    return replace(page, gray=np.asarray(gray, dtype=np.uint8))


def _fan(page: Raster, ink: Ink) -> Matrix | None:
    """Return what brings places on a page with parallel lines back to the page as it is; None when its lines are so."""
    long = [run for run in runs_of(ink) if run.right - run.left >= _LONG * ink.letter_height]
    if len(long) < _FEWEST:
        return None
    scale = page.dpi / LOOKING_DPI
    downs = np.array([run.baseline * scale for run in long])
    slopes = np.array([run.slope for run in long])
    weights = np.array([run.right - run.left for run in long], dtype=np.float64)
    height, width = page.gray.shape
    for _ in range(2):
        if len(downs) < _FEWEST or np.ptp(downs) < height / 3:
            return None
        growth, start = np.polyfit(downs, slopes, 1, w=weights)
        near = np.abs(growth * downs + start - slopes) <= _STRAY
        downs, slopes, weights = downs[near], slopes[near], weights[near]
    first, last = start, start + growth * height
    if not max(abs(first - last), abs(first), abs(last)) >= _LEAST or max(abs(first), abs(last)) > _MOST:
        return None
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    falls = np.array([-first, first, last, -last]) * width / 2
    leaning = corners + np.stack([np.zeros(4), falls], axis=1).astype(np.float32)
    return np.asarray(cv2.getPerspectiveTransform(corners, leaning.astype(np.float32)), dtype=np.float64)
