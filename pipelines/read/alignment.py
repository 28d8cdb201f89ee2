"""How the lines of a page lie: their skew, and whether they run across the page or along it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipelines.read.raster import Gray

_MOST_SKEW = 9.0
_COARSE_STEP = 0.75
_FINEST_STEP = 0.06
#: Points of ink that are projected: more do not make the answer better.
_POINTS = 24_000
_FEWEST_POINTS = 300
#: How much sharper lines must stand out along the page than across it to suspect that the page is turned.
_SHARPER = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """How a page's lines lie."""

    #: Degrees by which to turn the page counter-clockwise to make its lines level, if they run across it.
    skew: float
    #: The same once the page is turned by a quarter, if they run along it.
    skew_on_side: float
    #: Whether the lines seem to run up or down the page.
    sideways: bool


def align(ink: Gray) -> Alignment:
    """Find how lines lie from the ink of a page."""
    downs, acrosses = (axis.astype(np.float32) for axis in np.nonzero(ink))
    if len(downs) < _FEWEST_POINTS:
        return Alignment(skew=0.0, skew_on_side=0.0, sideways=False)
    step = len(downs) // _POINTS + 1
    downs, acrosses = downs[::step], acrosses[::step]
    level = _Profile(downs, acrosses)
    upright = _Profile(acrosses, downs)
    level_skew, level_score = level.sharpest()
    upright_skew, upright_score = upright.sharpest()
    return Alignment(skew=level_skew, skew_on_side=-upright_skew, sideways=upright_score > _SHARPER * level_score)


class _Profile:
    """Ink projected along lines of a slope: sharp when the slope is that of the text."""

    def __init__(self, downs: NDArray[np.float32], acrosses: NDArray[np.float32]) -> None:
        self._acrosses = acrosses - acrosses.mean()
        reach = float(np.abs(self._acrosses).max()) * np.tan(np.radians(_MOST_SKEW + 1.0))
        self._downs = downs - downs.min() + np.float32(reach + 1.0)
        self._bins = int(self._downs.max() + reach + 2.0)
        self._sharpness: dict[float, float] = {}

    def sharpest(self) -> tuple[float, float]:
        """Return the slope in degrees at which lines stand out most, and how much they do for the ink there is."""
        best = max(np.arange(-_MOST_SKEW, _MOST_SKEW + 0.01, _COARSE_STEP).tolist(), key=self._score)
        step = _COARSE_STEP
        while step > _FINEST_STEP:
            step /= 2
            best = max((best - step, best, best + step), key=self._score)
        # Divided by the spread of the ink, so that both directions compare. Slopes are not compared so: one that
        # brings the rows of a column between those of the next has twice the edges and half the height.
        return best, self._score(best) / float(np.square(self._projected(best)).sum())

    def _score(self, angle: float) -> float:
        if angle not in self._sharpness:
            self._sharpness[angle] = float(np.square(np.diff(self._projected(angle))).sum())
        return self._sharpness[angle]

    def _projected(self, angle: float) -> NDArray[np.float64]:
        slope = np.float32(np.tan(np.radians(angle)))
        rows = (self._downs - self._acrosses * slope).astype(np.int32)
        return np.bincount(rows, minlength=self._bins).astype(np.float64)
