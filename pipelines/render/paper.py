"""The paper of a picture: how large it is, which way up it was stored, and what of it is seen."""

from math import isfinite
from typing import Final

import numpy as np
from PIL import Image, ImageOps

from pipelines.inspect.pictures import damage_is_refused
from pipelines.read.raster import believable_dpi
from pipelines.read.sheets.picture import to_gray

#: The EXIF and TIFF tag of the turn, and the turns that swap width and height.
ORIENTATION: Final = 274
SIDEWAYS: Final = frozenset({5, 6, 7, 8})
#: Points an inch.
POINTS: Final = 72.0
#: Sides of a PDF's page, in points (ISO 32000-1, Annex C).
_SHORTEST, _LONGEST = 3.0, 14400.0
#: A fax of standard resolution has half as many lines as columns; more uneven pixels are not believed.
_MOST_UNEVEN: Final = 2.5


def paper_size(picture: Image.Image) -> tuple[float, float]:
    """Return width and height in points of a picture's paper, by the resolution that it states, as it is stored."""
    across, down = _stated(picture)
    dpi = believable_dpi(max(across, down) or None, *picture.size)
    width, height = map(float, picture.size)
    if min(across, down) > 0 and max(across, down) < _MOST_UNEVEN * min(across, down):
        width, height = width * max(across, down) / across, height * max(across, down) / down
    return _bounded(width * POINTS / dpi), _bounded(height * POINTS / dpi)


def seen(picture: Image.Image) -> Image.Image:
    """Decode a picture into what is seen of it: gray or RGB, upright as it says, on white paper.

    Raises:
        DamagedFile: It cannot be decoded.
    """
    with damage_is_refused():
        upright = ImageOps.exif_transpose(picture)
        if upright.mode in ("1", "L"):
            return upright
        if upright.mode in ("RGB", "YCbCr", "CMYK", "LAB", "P", "PA", "RGBA", "RGBX") and not _has_holes(upright):
            return upright.convert("RGB")
        if _has_holes(upright):
            white = Image.new("RGBA", upright.size, "white")
            return Image.alpha_composite(white, upright.convert("RGBA")).convert("RGB")
        return Image.fromarray(np.asarray(to_gray(upright)))


def _has_holes(picture: Image.Image) -> bool:
    return "A" in picture.getbands() or "transparency" in picture.info


def _stated(picture: Image.Image) -> tuple[float, float]:
    try:
        across, down = (float(value) for value in picture.info.get("dpi") or ())
    except (TypeError, ValueError, ZeroDivisionError):
        return 0.0, 0.0
    return (across, down) if isfinite(across) and isfinite(down) else (0.0, 0.0)


def _bounded(side: float) -> float:
    return min(max(side, _SHORTEST), _LONGEST)
