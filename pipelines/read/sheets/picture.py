"""Pages that are pictures: frames of TIFF, JPEG, PNG, WebP and HEIC files."""

import numpy as np
from PIL import Image, ImageOps

from documents.errors import DamagedFile
from documents.page import Box
from pipelines.inspect.media_type import MediaType
from pipelines.inspect.pictures import check_pixels, damage_is_refused, open_picture
from pipelines.read.raster import Gray, Raster, believable_dpi

#: Pixels of a page that are worth decoding: A4 at 600 dpi. JPEG decodes above it at a fraction for free.
_ENOUGH_PIXELS = 35_000_000


class PictureFile:
    """A picture file, one frame a page."""

    def __init__(self, original: bytes, media_type: MediaType) -> None:
        """Open it without decoding."""
        self._picture = open_picture(original, media_type)

    def sheet(self, number: int) -> "PictureSheet":
        """Return a frame.

        Raises:
            DamagedFile: There is no such frame.
        """
        with damage_is_refused():
            self._picture.seek(number - 1)
        return PictureSheet(self._picture)

    def close(self) -> None:
        """Let go of the file."""
        self._picture.close()


class PictureSheet:
    """One frame: pixels and nothing else."""

    def __init__(self, picture: Image.Image) -> None:
        """Take a picture standing at the wanted frame."""
        self._picture = picture

    def layer(self) -> None:
        """Return none: pixels only."""
        return

    def pictures(self) -> tuple[Box, ...]:
        """Return the whole page."""
        return (Box(left=0.0, top=0.0, right=1.0, bottom=1.0),)

    def codes(self) -> tuple[Box, ...]:
        """Return none: a page of pixels is searched as it is read."""
        return ()

    def raster(self, within: Box | None = None) -> Raster:
        """Decode the frame to gray, turned as its EXIF data say."""
        picture = self._picture
        check_pixels(picture)
        dpi = _stated_dpi(picture)
        stored = max(picture.size)
        if picture.format == "JPEG" and picture.width * picture.height > _ENOUGH_PIXELS:
            picture.draft("L", (picture.width // 2, picture.height // 2))
        elif picture.format == "JPEG" and picture.mode == "RGB":
            picture.draft("L", picture.size)
        with damage_is_refused():
            gray = to_gray(picture)
        stated = dpi * max(gray.shape) / stored if dpi is not None else None
        page = Raster(gray=gray, dpi=believable_dpi(stated, gray.shape[1], gray.shape[0]))
        return page if within is None else page.part(within)


def to_gray(picture: Image.Image) -> Gray:
    """Return a picture as gray pixels on white paper."""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in ("I", "F", "I;16", "I;16B", "I;16L"):
        return _stretched(np.asarray(upright, dtype=np.float32))
    if "A" in upright.getbands() or "transparency" in upright.info:
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright.convert("RGBA"))
    gray = np.asarray(upright.convert("L"))
    if 0 in gray.shape:
        raise DamagedFile
    return np.ascontiguousarray(gray)


def _stretched(values: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]") -> Gray:
    # Sixteen bits rarely use their range: what is there is spread over eight.
    low, high = np.percentile(values, (0.5, 99.5))
    scaled = (values - low) * (255.0 / max(float(high - low), 1.0))
    return np.asarray(np.clip(scaled, 0, 255), dtype=np.uint8)


def _stated_dpi(picture: Image.Image) -> float | None:
    stated = picture.info.get("dpi")
    try:
        horizontal, vertical = (float(value) for value in stated or ())
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    # Fax in standard mode has half as many lines as columns: handled as what it is by the caller's resampling.
    return max(horizontal, vertical) or None
