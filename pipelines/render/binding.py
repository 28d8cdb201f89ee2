"""Pictures bound into a PDF for archives, a page each, their words invisibly in their places."""

import io
from collections.abc import Sequence
from typing import Final

import pikepdf
from pikepdf import Dictionary, ObjectStreamMode, Stream
from PIL import Image

from documents.page import Page
from pipelines.inspect.pictures import check_pixels, damage_is_refused
from pipelines.read.sheets.dicom import DicomFrames
from pipelines.render import archival
from pipelines.render.frame import Frame
from pipelines.render.glyphless import GlyphlessFont, deflated, sayable
from pipelines.render.invisible import paint
from pipelines.render.paper import POINTS, paper_size
from pipelines.render.streams import add_pixels, embed

#: The matrix that shows a picture stored with each turn upright, on a page of one by one (EXIF 2.32, 4.6.4).
_UPRIGHT: Final = {
    1: (1, 0, 0, 1, 0, 0),
    2: (-1, 0, 0, 1, 1, 0),
    3: (-1, 0, 0, -1, 1, 1),
    4: (1, 0, 0, -1, 0, 1),
    5: (0, -1, -1, 0, 1, 1),
    6: (0, -1, 1, 0, 0, 1),
    7: (0, 1, 1, 0, 0, 0),
    8: (0, 1, -1, 0, 1, 0),
}
_FONT: Final = "/Words"


def bind_pictures(picture: Image.Image, original: bytes, pages: Sequence[Page]) -> bytes | None:
    """Return a PDF of the frames of a picture file; None when only a far larger one would be without loss.

    Raises:
        Refused: A frame cannot be decoded.
    """
    volume = _Volume(pages)
    for page in pages:
        with damage_is_refused():
            picture.seek(page.number - 1)
        check_pixels(picture)
        size = paper_size(picture)
        embedded = embed(volume.document, picture, original)
        if embedded is None:
            return None
        volume.add(page, embedded.stream, size, embedded.orientation)
    return volume.bound()


def bind_frames(frames: DicomFrames, pages: Sequence[Page]) -> bytes:
    """Return a PDF of the frames of a DICOM object, windowed as it says.

    Raises:
        Refused: A frame cannot be decoded.
    """
    volume = _Volume(pages)
    for page in pages:
        raster = frames.sheet(page.number).raster()
        height, width = (side * POINTS / raster.dpi for side in raster.gray.shape)
        volume.add(page, add_pixels(volume.document, Image.fromarray(raster.gray)), (width, height), 1)
    return volume.bound()


class _Volume:
    """A PDF in the making."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.document = pikepdf.new()
        self._font = GlyphlessFont(sayable(word.text) for page in pages for word in page.words)
        self._embedded = self._font.add_to(self.document)

    def add(self, page: Page, picture: Stream, size: tuple[float, float], orientation: int) -> None:
        """Add a page that shows a picture, stored with a turn, on upright paper of a size in points."""
        width, height = size
        a, b, c, d, e, f = _UPRIGHT[orientation]
        placed = " ".join(f"{number:.4f}" for number in (
            a * width, b * height, c * width, d * height, e * width, f * height,
        ))  # fmt: skip
        words = paint(page.words, Frame.of_paper(width, height, page.turned), self._font, _FONT)
        sheet = self.document.add_blank_page(page_size=(round(width, 4), round(height, 4)))
        sheet.obj.Contents = deflated(self.document, words + f"q {placed} cm /Picture Do Q\n".encode("ascii"))
        sheet.obj.Resources = Dictionary(
            Font=Dictionary({_FONT: self._embedded}), XObject=Dictionary({"/Picture": picture})
        )

    def bound(self) -> bytes:
        """Return the PDF."""
        archival.claim(self.document)
        file = io.BytesIO()
        self.document.save(file, object_stream_mode=ObjectStreamMode.generate, deterministic_id=True)
        return file.getvalue()
