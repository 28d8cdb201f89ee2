"""Pages of PDF files by pdfium: their text layer, their pictures, their pixels."""

import ctypes

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from documents.errors import DamagedFile
from documents.page import Box
from pipelines.inspect.pdf import open_pdf
from pipelines.read.layer import TextLayer
from pipelines.read.raster import Gray, Raster, believable_dpi
from pipelines.read.sheets.pdf_objects import Fractions, Picture, Survey, pixel_size
from pipelines.read.sheets.words import place_words

#: Resolution at which a page is drawn when its own picture cannot be taken.
_DRAWN_DPI, _FINEST_DRAWN_DPI = 200.0, 300.0
#: Pixels of one drawn page: an A4 page at 500 dpi. Larger papers are drawn more coarsely.
_MOST_DRAWN_PIXELS = 24_000_000
#: Pixels of an embedded picture that is taken as it is.
_MOST_TAKEN_PIXELS = 120_000_000
#: Share of the page that a scan covers at least.
_SCAN_COVERS = 0.85
_ALONG = 1e-3


class PdfFile:
    """A PDF document."""

    def __init__(self, original: bytes) -> None:
        """Open it, repaired when needed."""
        self._document = open_pdf(original)

    def sheet(self, number: int) -> "PdfSheet":
        """Return a page.

        Raises:
            DamagedFile: There is no such page, or it is broken.
        """
        try:
            return PdfSheet(self._document[number - 1])
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise DamagedFile from error

    def close(self) -> None:
        """Let go of the document."""
        self._document.close()


class PdfSheet:
    """One page of a PDF."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        """Take a page and look at what is on it."""
        self._page = page
        self._to_fractions = Fractions(page)
        self._survey = Survey(page, self._to_fractions)

    def layer(self) -> TextLayer | None:
        """Return the page's text with its words in place."""
        if not self._survey.has_text:
            return None
        try:
            textpage = self._page.get_textpage()
        except pypdfium2.PdfiumError as error:
            raise DamagedFile from error
        text, words, unmapped = place_words(textpage, self._to_fractions.box)
        textpage.close()
        return TextLayer(text=text, words=words, unmapped=unmapped, hidden=not self._survey.shows_text)

    def pictures(self) -> tuple[Box, ...]:
        """Return where the page shows pictures."""
        return tuple(picture.box for picture in self._survey.pictures)

    def codes(self) -> tuple[Box, ...]:
        """Return where the page may show a two-dimensional code: square pictures, and swarms of small squares."""
        return self._survey.codes(self._to_fractions)

    def raster(self, within: Box | None = None) -> Raster:
        """Return the scan as it is when the page is one picture, else the page drawn, or a part of it."""
        if within is not None:
            return self._drawn(within)
        return self._taken() or self._drawn(Box(left=0.0, top=0.0, right=1.0, bottom=1.0))

    def _taken(self) -> Raster | None:
        survey = self._survey
        if len(survey.pictures) != 1 or survey.shows_text or survey.paths > 2:
            return None
        picture = survey.pictures[0]
        turns = _quarter_turns(picture.matrix)
        width, height = pixel_size(picture.handle)
        if turns is None or _area(picture.box) < _SCAN_COVERS or not 0 < width * height <= _MOST_TAKEN_PIXELS:
            return None
        if _is_masked(picture, self._page):
            return None
        gray = _pixels(picture)
        if gray is None:
            return None
        gray = np.ascontiguousarray(np.rot90(gray, -(turns + self._page.get_rotation() // 90)))
        across = (picture.box.right - picture.box.left) * self._to_fractions.width / 72.0
        return Raster(gray=gray, dpi=believable_dpi(gray.shape[1] / across, gray.shape[1], gray.shape[0]))

    def _drawn(self, within: Box) -> Raster:
        width, height = self._page.get_size()
        # A poor scan is not drawn larger than it is, a fine one not so coarse that small print is lost.
        finest = max((picture.dpi for picture in self._survey.pictures), default=0.0)
        dpi = min(max(_DRAWN_DPI, finest), _FINEST_DRAWN_DPI)
        pixels = width * height * (dpi / 72.0) ** 2
        scale = dpi / 72.0 * min(1.0, (_MOST_DRAWN_PIXELS / pixels) ** 0.5 if pixels else 1.0)
        cut = (within.left * width, (1 - within.bottom) * height, (1 - within.right) * width, within.top * height)
        try:
            bitmap = self._page.render(scale=scale, grayscale=True, crop=cut)
        except (pypdfium2.PdfiumError, MemoryError, ValueError) as error:
            raise DamagedFile from error
        # Copied: the memory is pdfium's and goes with the bitmap.
        gray = bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width].copy()
        if within.right - within.left < 1.0:
            return Raster(gray=gray, dpi=scale * 72.0)
        return Raster(gray=gray, dpi=believable_dpi(scale * 72.0, gray.shape[1], gray.shape[0]))


def _quarter_turns(matrix: tuple[float, ...]) -> int | None:
    """Return how many quarter turns clockwise a picture's matrix makes; None when it mirrors or slants."""
    a, b, c, d = matrix[:4]
    largest = max(map(abs, (a, b, c, d))) or 1.0
    if max(abs(b), abs(c)) < _ALONG * largest and a * d > 0:
        return 0 if a > 0 else 2
    if max(abs(a), abs(d)) < _ALONG * largest and b * c < 0:
        return 3 if b > 0 else 1
    return None


def _is_masked(picture: Picture, page: pypdfium2.PdfPage) -> bool:
    # A stencil has no colour of its own, and a soft mask hides parts: only drawing shows what a person sees.
    metadata = pdfium.FPDF_IMAGEOBJ_METADATA()
    if not pdfium.FPDFImageObj_GetImageMetadata(picture.handle, page.raw, ctypes.byref(metadata)):
        return True
    return bool(metadata.bits_per_pixel == 0 or pdfium.FPDFPageObj_HasTransparency(picture.handle))


def _pixels(picture: Picture) -> Gray | None:
    raw = pdfium.FPDFImageObj_GetBitmap(picture.handle)
    if not raw:
        return None
    bitmap = pypdfium2.PdfBitmap.from_raw(raw)
    pixels = bitmap.to_numpy()
    # Copied: the memory is pdfium's and goes with the bitmap.
    if pixels.ndim == 2:
        return np.array(pixels, dtype=np.uint8)
    if pixels.shape[2] == 1:
        return np.array(pixels[:, :, 0], dtype=np.uint8)
    return np.array(bitmap.to_pil().convert("L"))


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)
