"""From a scan to a clean page: even paper, dark letters, the size the engine reads best."""

from dataclasses import replace

import cv2
import numpy as np

from pipelines.read.raster import Raster

#: Resolution at which the engine is given pages: less loses small print, more costs time and gains nothing.
READING_DPI = 200.0
#: Background is estimated on a copy this many times smaller.
_COARSER = 8
#: Share of the blurred background under which the sharp one is taken.
_FIELD = 0.9
#: Share of pixels at both ends of the scale from which a page is black and white.
_BILEVEL = 0.97
#: How wide the steps of strokes are smoothed, in pixels at reading resolution.
_SMOOTHING = 1.1


def resample(raster: Raster, dpi: float) -> Raster:
    """Return a page at another resolution."""
    scale = dpi / raster.dpi
    if abs(scale - 1.0) < 0.02:
        return raster
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    gray = cv2.resize(raster.gray, None, fx=scale, fy=scale, interpolation=how)
    return Raster(gray=np.asarray(gray, dtype=np.uint8), dpi=dpi)


def dark_on_light(raster: Raster) -> Raster:
    """Return a page with dark letters on light paper, whichever way it came."""
    small = cv2.resize(raster.gray, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA).astype(np.float32)
    down, across = small.shape[0] // 10, small.shape[1] // 10
    middle = small[down : small.shape[0] - down, across : small.shape[1] - across]
    if middle.size == 0 or float(np.median(middle)) > 115:
        return raster
    # Letters are the rarer and sharper side: on a negative they stand out upwards.
    detail = middle - cv2.blur(middle, (15, 15))
    if float((detail**3).mean()) <= 0:
        return raster
    return Raster(gray=np.asarray(255 - raster.gray, dtype=np.uint8), dpi=raster.dpi)


def smooth(raster: Raster) -> Raster:
    """Return a black-and-white page with the steps of its strokes smoothed; others as they are.

    Specks stay: what takes them off takes dots, accents and thin strokes along, and costs more letters than it saves.
    """
    gray = raster.gray
    extremes = cv2.calcHist([gray[::4, ::4]], [0], None, [16], [0, 256]).ravel()
    if extremes[0] + extremes[-1] < _BILEVEL * extremes.sum():
        return raster
    width = _SMOOTHING * raster.dpi / READING_DPI
    return replace(raster, gray=np.asarray(cv2.GaussianBlur(gray, (0, 0), width), dtype=np.uint8))


def even_paper(raster: Raster) -> Raster:
    """Divide a page by its own background, so that shadows, stains and tinted paper turn white."""
    gray = raster.gray
    height, width = gray.shape
    small = cv2.resize(gray, (max(width // _COARSER, 1), max(height // _COARSER, 1)), interpolation=cv2.INTER_AREA)
    reach = max(3, int(0.12 * raster.dpi / _COARSER) | 1)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    paper = cv2.GaussianBlur(closed, (0, 0), reach / 2)
    # Where a tinted field begins, what is blurred is brighter than the field, and its edge would turn to ink.
    paper = np.where(closed < _FIELD * paper, closed, paper)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return Raster(gray=np.asarray(cv2.divide(gray, paper, scale=255), dtype=np.uint8), dpi=raster.dpi)
