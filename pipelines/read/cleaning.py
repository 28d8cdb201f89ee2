"""From a scan to a clean page: even paper, dark letters, straight lines, the size the engine reads best."""

from dataclasses import replace

import cv2
import numpy as np

from pipelines.read.raster import Gray, Raster

#: Resolution at which the engine is given pages: less loses small print, more costs time and gains nothing.
READING_DPI = 200.0
#: Background is estimated on a copy this many times smaller.
_COARSER = 8
_LEAST_SKEW = 0.1
#: Share of pixels at both ends of the scale from which a page is black and white.
_BILEVEL = 0.97
#: Pixels of the largest speck at reading resolution, and how wide the steps of strokes are smoothed.
_SPECK, _SMOOTHING = 3, 0.9


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


def without_specks(raster: Raster) -> Raster:
    """Return a black-and-white page without the specks of line and glass, its steps smoothed; others as they are.

    On a fax a speck is one or two pixels, the dot of an i four or more: what is smaller than a dot goes, in the paper
    and in the strokes alike. Gray pages lose their grain by resampling.
    """
    gray = raster.gray
    extremes = cv2.calcHist([gray[::4, ::4]], [0], None, [16], [0, 256]).ravel()
    if extremes[0] + extremes[-1] < _BILEVEL * extremes.sum():
        return raster
    largest = max(round(_SPECK * (raster.dpi / READING_DPI) ** 2), 1)
    ink = (gray < 128).astype(np.uint8)
    ink = _without_small(ink, largest)
    ink = 1 - _without_small(1 - ink, max(largest // 2, 1))
    smooth = cv2.GaussianBlur((1 - ink) * np.uint8(255), (0, 0), _SMOOTHING)
    return replace(raster, gray=np.asarray(smooth, dtype=np.uint8))


def _without_small(marks: Gray, largest: int) -> Gray:
    _, labels, shapes, _ = cv2.connectedComponentsWithStats(marks, connectivity=8)
    kept = (shapes[:, cv2.CC_STAT_AREA] > largest).astype(np.uint8)
    kept[0] = 0
    return np.asarray(kept[labels], dtype=np.uint8)


def even_paper(raster: Raster) -> Raster:
    """Divide a page by its own background, so that shadows, stains and tinted paper turn white."""
    gray = raster.gray
    height, width = gray.shape
    small = cv2.resize(gray, (max(width // _COARSER, 1), max(height // _COARSER, 1)), interpolation=cv2.INTER_AREA)
    reach = max(3, int(0.12 * raster.dpi / _COARSER) | 1)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), reach / 2)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    return Raster(gray=np.asarray(cv2.divide(gray, paper, scale=255), dtype=np.uint8), dpi=raster.dpi)


def straighten(raster: Raster, angle: float) -> Raster:
    """Turn a page by a few degrees, counter-clockwise, the new corners white."""
    if abs(angle) < _LEAST_SKEW:
        return raster
    height, width = raster.gray.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    gray = cv2.warpAffine(
        raster.gray, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=255
    )
    return Raster(gray=np.asarray(gray, dtype=np.uint8), dpi=raster.dpi)
