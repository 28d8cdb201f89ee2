"""The paper of a picture: how large it is, which way up it was stored, and what of it is seen."""

from math import isfinite
from typing import Final

from PIL import Image, ImageOps

from pipelines.inspect.pictures import damage_is_refused
from pipelines.read.raster import believable_dpi
from pipelines.read.sheets.picture import to_gray

#: The EXIF and TIFF tag of the turn, and the turns that swap width and height.
_ORIENTATION: Final = 274
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})
#: Modes that Pillow turns into RGB faithfully; those of more than eight bits it cuts off.
_COLOURED: Final = frozenset({"RGB", "YCbCr", "CMYK", "LAB", "HSV", "P", "RGBX"})
#: What modes without colour come to on white paper.
_GRAY: Final = {"LA": "L", "La": "L", "L": "L", "1": "L"}
#: Points an inch.
POINTS: Final = 72.0
#: Sides of a PDF's page, in points (ISO 32000-1, Annex C).
_SHORTEST, _LONGEST = 3.0, 14400.0
#: A fax of standard resolution has half as many lines as columns; more uneven pixels are not believed.
_MOST_UNEVEN: Final = 2.5


def orientation(picture: Image.Image) -> int:
    """Return the turn or mirroring that a picture says is needed to show it upright, 1 to 8 (EXIF 2.32, 4.6.4).

    Ask before it is decoded: some formats are turned as they are.
    """
    stated = picture.getexif().get(_ORIENTATION, 1)
    return stated if stated in range(1, 9) else 1


def paper_size(picture: Image.Image) -> tuple[float, float]:
    """Return width and height in points of a picture's upright paper, by the resolution that it states.

    Ask before it is decoded, as for its orientation.
    """
    across, down = _stated(picture)
    dpi = believable_dpi(max(across, down) or None, *picture.size)
    width, height = map(float, picture.size)
    if min(across, down) > 0 and max(across, down) < _MOST_UNEVEN * min(across, down):
        width, height = width * max(across, down) / across, height * max(across, down) / down
    size = _bounded(width * POINTS / dpi), _bounded(height * POINTS / dpi)
    return size[::-1] if orientation(picture) in _SIDEWAYS else size


def seen(picture: Image.Image) -> Image.Image:
    """Decode a picture into what is seen of it: gray or RGB, upright as it says, on white paper.

    Raises:
        DamagedFile: It cannot be decoded.
    """
    with damage_is_refused():
        upright = ImageOps.exif_transpose(picture)
        if _has_holes(upright):
            white = Image.new("RGBA", upright.size, "white")
            return Image.alpha_composite(white, upright.convert("RGBA")).convert(_GRAY.get(upright.mode, "RGB"))
        if upright.mode in ("1", "L"):
            return upright
        return upright.convert("RGB") if upright.mode in _COLOURED else Image.fromarray(to_gray(upright))


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
