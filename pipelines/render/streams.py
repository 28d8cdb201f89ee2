"""Pictures as streams of a PDF, their compressed bytes taken as they are wherever PDF knows the compression."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String
from PIL import Image

from documents.errors import DamagedFile
from pipelines.inspect.pictures import damage_is_refused
from pipelines.render.paper import orientation, seen
from pipelines.render.strips import join

# TIFF 6.0 and its supplements, by number.
_WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 256, 257, 259, 262, 266
_OFFSETS, _STRIP_HEIGHT, _LENGTHS, _TABLES = 273, 278, 279, 347
_GROUP_4, _JPEG = 4, 7
_LOSSY: Final = (6, _JPEG)
_WHITE_IS_ZERO, _RGB = 0, 2
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
#: Colour types of PNG that PDF shows as they are: gray, RGB, palette.
_PNG_CHANNELS: Final = {0: 1, 2: 3, 3: 1}
#: How hard zlib tries, 0 to 9: more costs much and gains little on scans.
_EFFORT: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A picture in a PDF."""

    stream: Stream
    #: The turn that EXIF says is needed to show it upright, 1 to 8.
    orientation: int


def embed(document: pikepdf.Pdf, picture: Image.Image, original: bytes) -> Embedded | None:
    """Add a picture to a PDF, without loss; None where that would be many times larger than it is.

    Args:
        document: The PDF.
        picture: The picture, opened and not yet decoded.
        original: The bytes of the file that it is a frame of.

    Raises:
        DamagedFile: It cannot be decoded.
    """
    turn = orientation(picture)
    with damage_is_refused():
        stream = _as_it_is(document, picture, original)
    if stream is not None:
        return Embedded(stream=stream, orientation=turn)
    if _is_lossy(picture):
        return None
    return Embedded(stream=add_pixels(document, seen(picture)), orientation=1)


def add_pixels(document: pikepdf.Pdf, picture: Image.Image) -> Stream:
    """Add a decoded picture, black and white, gray or RGB, compressed without loss."""
    file = io.BytesIO()
    if picture.mode == "1":
        picture.save(file, "TIFF", compression="group4", strip_size=picture.width * picture.height)
        with Image.open(file, formats=["TIFF"]) as coded:
            stream = _from_tiff(document, coded, file.getvalue())
    else:
        picture.save(file, "PNG", compress_level=_EFFORT)
        stream = _from_png(document, file.getvalue())
    if stream is None:
        raise DamagedFile
    return stream


def _as_it_is(document: pikepdf.Pdf, picture: Image.Image, original: bytes) -> Stream | None:
    if picture.format in ("JPEG", "MPO") and picture.mode in ("L", "RGB"):
        return _dct(document, original, picture.size, colours=len(picture.getbands()))
    if picture.format == "PNG":
        return _from_png(document, original)
    if picture.format == "TIFF":
        return _from_tiff(document, picture, original)
    return None


def _is_lossy(picture: Image.Image) -> bool:
    return picture.format not in ("TIFF", "PNG") or getattr(picture, "tag_v2", {}).get(_COMPRESSION) in _LOSSY


def _from_tiff(document: pikepdf.Pdf, picture: Image.Image, original: bytes) -> Stream | None:
    tags = picture.tag_v2  # type: ignore[attr-defined]
    places = zip(tags.get(_OFFSETS, ()), tags.get(_LENGTHS, ()), strict=True)
    strips = [original[start : start + length] for start, length in places]
    size = (tags[_WIDTH], tags[_HEIGHT])
    if tags.get(_COMPRESSION) == _GROUP_4 and picture.mode == "1" and len(strips) == 1:
        fax = strips[0].translate(_REVERSED) if tags.get(_FILL_ORDER, 1) == 2 else strips[0]
        black_is_one = tags.get(_PHOTOMETRIC) != _WHITE_IS_ZERO
        parameters = Dictionary(K=-1, Columns=size[0], Rows=size[1], BlackIs1=black_is_one)
        return _image(document, fax, size, 1, Name.DeviceGray, Filter=Name.CCITTFaxDecode, DecodeParms=parameters)
    if tags.get(_COMPRESSION) == _JPEG and picture.mode in ("L", "RGB") and strips:
        whole = join(tags.get(_TABLES, b""), strips, size[1], tags.get(_STRIP_HEIGHT, size[1]))
        if whole is not None:
            untransformed = {"DecodeParms": Dictionary(ColorTransform=0)} if tags.get(_PHOTOMETRIC) == _RGB else {}
            return _dct(document, whole, size, colours=len(picture.getbands()), **untransformed)
    return None


def _dct(document: pikepdf.Pdf, jpeg: bytes, size: tuple[int, int], *, colours: int, **entries: Object) -> Stream:
    space = Name.DeviceGray if colours == 1 else Name.DeviceRGB
    return _image(document, jpeg, size, 8, space, Filter=Name.DCTDecode, **entries)


def _from_png(document: pikepdf.Pdf, png: bytes) -> Stream | None:
    """Take the rows of a PNG as they are compressed: PDF knows its predictors (ISO 32000-1, 7.4.4.4)."""
    chunks = list(_chunks(png))
    names = {name for name, _ in chunks}
    width, height, bits, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if interlaced or b"tRNS" in names or kind not in _PNG_CHANNELS:
        return None
    space: Object = Name.DeviceRGB if kind == 2 else Name.DeviceGray
    if kind == 3:
        palette = next(body for name, body in chunks if name == b"PLTE")
        space = Array([Name.Indexed, Name.DeviceRGB, len(palette) // 3 - 1, String(palette)])
    parameters = Dictionary(Predictor=15, Colors=_PNG_CHANNELS[kind], BitsPerComponent=bits, Columns=width)
    rows = b"".join(body for name, body in chunks if name == b"IDAT")
    return _image(document, rows, (width, height), bits, space, Filter=Name.FlateDecode, DecodeParms=parameters)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place + 8 <= len(png):
        length, name = struct.unpack_from(">I4s", png, place)
        yield name, png[place + 8 : place + 8 + length]
        place += 12 + length


def _image(
    document: pikepdf.Pdf, content: bytes, size: tuple[int, int], bits: int, space: Object, **entries: Object
) -> Stream:
    return Stream(
        document, content, Type=Name.XObject, Subtype=Name.Image, Width=size[0], Height=size[1],
        BitsPerComponent=bits, ColorSpace=space, **entries,
    )  # fmt: skip
