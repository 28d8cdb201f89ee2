"""Picture files: TIFF, JPEG, PNG, WebP and HEIC, opened by Pillow within a budget of pixels."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pillow_heif
from PIL import Image, ImageFile, UnidentifiedImageError

from documents.errors import DamagedFile, HarmfulFile, TooManyPages
from pipelines.inspect.media_type import MediaType

#: Pixels of one frame that are decoded: an A0 plan at 400 dpi. Honest scans are below, bombs far above.
MOST_PIXELS = 250_000_000
#: JPEG decodes at an eighth of its size, so far more fits.
MOST_JPEG_PIXELS = 64 * 40_000_000

_FORMATS = {
    MediaType.TIFF: "TIFF",
    MediaType.JPEG: "JPEG",
    MediaType.PNG: "PNG",
    MediaType.WEBP: "WEBP",
    MediaType.HEIC: "HEIF",
}
_STRIP_OFFSETS, _STRIP_LENGTHS, _TILE_OFFSETS, _TILE_LENGTHS = 273, 279, 324, 325


def prepare() -> None:
    """Make Pillow ready: HEIC known, our own pixel budget in place of its warnings."""
    pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = None
    ImageFile.LOAD_TRUNCATED_IMAGES = False


def open_picture(original: bytes, media_type: MediaType) -> Image.Image:
    """Open a picture without decoding it.

    Raises:
        DamagedFile: It is broken.
        HarmfulFile: It declares more pixels than any paper holds.
    """
    with damage_is_refused():
        picture = Image.open(io.BytesIO(original), formats=[_FORMATS[media_type]])
    check_pixels(picture)
    return picture


def check_pixels(picture: Image.Image) -> None:
    """Refuse a frame whose decoding would exhaust memory.

    Raises:
        HarmfulFile: It declares more pixels than any paper holds.
    """
    most = MOST_JPEG_PIXELS if picture.format == "JPEG" else MOST_PIXELS
    if picture.width * picture.height > most:
        raise HarmfulFile


def count_frames(original: bytes, media_type: MediaType, most: int) -> int:
    """Return the number of pages of a picture file, having checked that its data are all there.

    Raises:
        DamagedFile: It is broken or cut short.
        HarmfulFile: A frame declares more pixels than any paper holds.
        TooManyPages: It holds more pages than allowed.
    """
    picture = open_picture(original, media_type)
    if media_type is MediaType.TIFF:
        return _count_directories(picture, len(original), most)
    with damage_is_refused():
        if media_type is MediaType.JPEG:
            # All of the compressed data is walked through, at a fraction of the cost of the full picture.
            picture.draft("L", (picture.width // 8, picture.height // 8))
        picture.load()
    return 1


def _count_directories(picture: Image.Image, length: int, most: int) -> int:
    frames = 0
    with damage_is_refused():
        for frames, frame in enumerate(_directories(picture), start=1):
            if frames > most:
                raise TooManyPages
            check_pixels(frame)
            _check_strips(frame, length)
    return frames


def _directories(picture: Image.Image) -> Iterator[Image.Image]:
    index = 0
    while True:
        try:
            picture.seek(index)
        except EOFError:
            return
        yield picture
        index += 1


def _check_strips(frame: Image.Image, length: int) -> None:
    tags = frame.tag_v2  # type: ignore[attr-defined]
    for offsets, lengths in ((_STRIP_OFFSETS, _STRIP_LENGTHS), (_TILE_OFFSETS, _TILE_LENGTHS)):
        starts, sizes = tags.get(offsets, ()), tags.get(lengths, ())
        starts = starts if isinstance(starts, tuple) else (starts,)
        sizes = sizes if isinstance(sizes, tuple) else (sizes,)
        if any(start + size > length for start, size in zip(starts, sizes, strict=False)):
            raise DamagedFile


@contextmanager
def damage_is_refused() -> Iterator[None]:
    """Turn what decoders raise about broken data into our word for it."""
    try:
        yield
    except (
        UnidentifiedImageError,
        OSError,
        EOFError,
        SyntaxError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        ZeroDivisionError,
        OverflowError,
        RuntimeError,
    ) as error:
        raise DamagedFile from error
