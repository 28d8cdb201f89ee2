"""Small pictures of pages, as they are seen: enough to recognise a paper, and to read its larger print."""

import io
from collections.abc import Callable
from typing import Final

import pypdfium2
from PIL import Image

from documents.errors import DamagedFile
from pipelines.cda.leaves import Cda, open_cda
from pipelines.inspect.dicom import encapsulated_pdf, open_dicom
from pipelines.inspect.media_type import PICTURES, MediaType
from pipelines.inspect.pdf import open_pdf
from pipelines.inspect.pictures import check_pixels, damage_is_refused, open_picture
from pipelines.read.sheets.dicom import open_dicom_file
from pipelines.render.paper import paper_size, seen

#: Pixels of the longer side.
LONGEST: Final = 1000
#: Of libwebp: 0 to 100, and how hard it tries, 0 to 6.
_QUALITY: Final = 30
_EFFORT: Final = 2
#: Turns counter-clockwise, which is how Pillow names them, for turns clockwise.
_TURNS: Final = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}

#: Draws a page of one document, from 1; nothing where a page is nothing but text.
Draw = Callable[[int], Image.Image | None]


def opened(original: bytes, media_type: MediaType) -> Draw | None:
    """Open a document once for all of its pages; None when it is nothing but text.

    Raises:
        Refused: It is broken.
    """
    if media_type is MediaType.PDF:
        return _drawing(open_pdf(original))
    if media_type in PICTURES:
        return _shrinking(open_picture(original, media_type))
    if media_type is MediaType.CDA:
        return _leafing(open_cda(original))
    return _opened_dicom(original) if media_type is MediaType.DICOM else None


def _opened_dicom(original: bytes) -> Draw | None:
    dataset = open_dicom(original)
    pdf = encapsulated_pdf(dataset)
    if pdf is not None:
        return _drawing(open_pdf(pdf))
    if "PixelData" not in dataset:
        return None
    frames = open_dicom_file(original)
    return lambda number: _fitted(Image.fromarray(frames.sheet(number).raster().gray))


def preview(draw: Draw, number: int, turned: int) -> bytes | None:
    """Return a picture of a page as WebP, turned clockwise by so many degrees; None when it is nothing but text.

    Raises:
        Refused: The page cannot be decoded.
    """
    picture = draw(number)
    if picture is None:
        return None
    if turned:
        picture = picture.transpose(_TURNS[turned])
    file = io.BytesIO()
    picture.save(file, "WEBP", quality=_QUALITY, method=_EFFORT)
    return file.getvalue()


def _drawing(document: pypdfium2.PdfDocument) -> Draw:
    def draw(number: int) -> Image.Image:
        try:
            page = document[number - 1]
            bitmap = page.render(scale=LONGEST / max(*page.get_size(), 1.0))
            # Copied: the memory is pdfium's and goes with the bitmap.
            picture: Image.Image = bitmap.to_pil().convert("RGB")
        except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
            raise DamagedFile from error
        page.close()
        return _fitted(picture)

    return draw


def _leafing(cda: Cda) -> Draw:
    drawing: dict[int, Draw | None] = {}

    def draw(number: int) -> Image.Image | None:
        leaf = cda.leaves[number - 1]
        file = None if leaf.medium is None else cda.files[leaf.medium]
        if leaf.medium is None or file is None:
            return None
        if leaf.medium not in drawing:
            drawing[leaf.medium] = opened(*file)
        medium = drawing[leaf.medium]
        return medium(leaf.number) if medium else None

    return draw


def _shrinking(picture: Image.Image) -> Draw:
    def draw(number: int) -> Image.Image:
        with damage_is_refused():
            picture.seek(number - 1)
        check_pixels(picture)
        wide, high = paper_size(picture)
        # JPEG decodes at a fraction of its size for a fraction of the cost.
        picture.draft("", (LONGEST, LONGEST))
        upright = seen(picture)
        scale = min(LONGEST, max(upright.size)) / max(wide, high)
        return _resized(upright, round(wide * scale), round(high * scale))

    return draw


def _fitted(picture: Image.Image) -> Image.Image:
    scale = LONGEST / max(picture.size)
    return picture if scale >= 1 else _resized(picture, round(picture.width * scale), round(picture.height * scale))


def _resized(picture: Image.Image, width: int, height: int) -> Image.Image:
    gray_or_colour = picture.convert("L") if picture.mode == "1" else picture
    return gray_or_colour.resize((max(width, 1), max(height, 1)), Image.Resampling.BOX, reducing_gap=2.0)
