"""Pages of PDF files by pdfium: their text layer, their pictures, their pixels."""

import ctypes
from dataclasses import dataclass

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from documents.errors import DamagedFile
from documents.page import Box, Word
from pipelines.inspect.pdf import open_pdf
from pipelines.read.layer import TextLayer
from pipelines.read.raster import Gray, Raster, believable_dpi
from pipelines.read.sheets.words import place_words

#: Resolution at which a page is drawn when its own picture cannot be taken.
_DRAWN_DPI = 200.0
#: Pixels of one drawn page: an A4 page at 500 dpi. Larger papers are drawn more coarsely.
_MOST_DRAWN_PIXELS = 24_000_000
#: Pixels of an embedded picture that is taken as it is.
_MOST_TAKEN_PIXELS = 120_000_000
#: Share of the page that a scan covers at least.
_SCAN_COVERS = 0.85
#: Drawn paths from which a page may hold a code or letters made of outlines.
_MANY_PATHS = 150
_DEEPEST_FORM = 4
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picture:
    """A picture on a page: pdfium's handle, and where it stands."""

    handle: pdfium.FPDF_PAGEOBJECT
    #: Places the unit square on the page (ISO 32000-1, 8.3.4).
    matrix: tuple[float, float, float, float, float, float]
    box: Box
    #: Whether it stands on the page directly, and not within a form.
    direct: bool


class PdfSheet:
    """One page of a PDF."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        """Take a page."""
        self._page = page
        self._to_fractions = _Fractions(page)
        self._found: list[_Picture] = []
        self._paths = 0
        self._letters = 0
        self._shown_letters = 0
        self._look_at_objects()

    def layer(self) -> TextLayer | None:
        """Return the page's text with its words in place."""
        if not self._letters:
            return None
        try:
            textpage = self._page.get_textpage()
        except pypdfium2.PdfiumError as error:
            raise DamagedFile from error
        text, words, unmapped = place_words(textpage, self._to_fractions.box)
        textpage.close()
        return TextLayer(text=text, words=words, unmapped=unmapped, hidden=not self._shown_letters)

    def pictures(self) -> tuple[Box, ...]:
        """Return the boxes of the page's pictures; the whole page when drawings may hold letters or codes."""
        boxes = tuple(picture.box for picture in self._found)
        if self._paths >= _MANY_PATHS:
            boxes += (Box(left=0.0, top=0.0, right=1.0, bottom=1.0),)
        return boxes

    def raster(self) -> Raster:
        """Return the scan as it is when the page is one picture, else the page drawn."""
        taken = self._taken()
        if taken is not None:
            return taken
        return self._drawn()

    def _look_at_objects(self) -> None:
        count, get = pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject
        page = self._page.raw
        self._look_at([get(page, index) for index in range(count(page))], (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), depth=0)

    def _look_at(self, handles: list[pdfium.FPDF_PAGEOBJECT], outer: tuple[float, ...], depth: int) -> None:
        for handle in handles:
            kind = pdfium.FPDFPageObj_GetType(handle)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._paths += 1
            elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._letters += 1
                if not self._shown_letters and _is_shown(handle):
                    self._shown_letters += 1
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                matrix = _times(_matrix(handle), outer)
                box = self._to_fractions.unit_square(matrix)
                self._found.append(_Picture(handle=handle, matrix=matrix, box=box, direct=depth == 0))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                count, get = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
                inner = [get(handle, index) for index in range(count(handle))]
                self._look_at(inner, _times(_matrix(handle), outer), depth + 1)

    def _taken(self) -> Raster | None:
        if len(self._found) != 1 or self._shown_letters or self._paths > 2:
            return None
        picture = self._found[0]
        turn = _quarter_turns(picture.matrix)
        if turn is None or _area(picture.box) < _SCAN_COVERS:
            return None
        width, height = ctypes.c_uint(), ctypes.c_uint()
        if not pdfium.FPDFImageObj_GetImagePixelSize(picture.handle, width, height):
            return None
        if width.value * height.value > _MOST_TAKEN_PIXELS or _is_masked(picture.handle, self._page.raw):
            return None
        gray = _pixels(picture.handle)
        if gray is None:
            return None
        turned = np.ascontiguousarray(np.rot90(gray, -(turn + self._page.get_rotation() // 90) % 4))
        shown = self._to_fractions.longest * (picture.box.bottom - picture.box.top if self._portrait() else
                                              picture.box.right - picture.box.left)
        stated = max(turned.shape) / (shown / 72.0) if shown else None
        return Raster(gray=turned, dpi=believable_dpi(stated, turned.shape[1], turned.shape[0]))

    def _portrait(self) -> bool:
        width, height = self._page.get_size()
        return bool(height >= width)

    def _drawn(self) -> Raster:
        width, height = self._page.get_size()
        dpi = _DRAWN_DPI
        for picture in self._found:
            # A poor scan is not drawn larger than it is, a fine one not so coarse that small print is lost.
            dpi = max(dpi, min(_picture_dpi(picture), 300.0))
        pixels = width * height * (dpi / 72.0) ** 2
        scale = dpi / 72.0 * min(1.0, (_MOST_DRAWN_PIXELS / pixels) ** 0.5 if pixels else 1.0)
        try:
            bitmap = self._page.render(scale=scale, grayscale=True)
        except (pypdfium2.PdfiumError, MemoryError, ValueError) as error:
            raise DamagedFile from error
        gray = np.ascontiguousarray(bitmap.to_numpy()).reshape(bitmap.height, -1)[:, : bitmap.width].copy()
        bitmap.close()
        return Raster(gray=gray, dpi=believable_dpi(scale * 72.0, gray.shape[1], gray.shape[0]))


class _Fractions:
    """Turns places on a page into fractions of the page as it is shown, cropped and turned."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        """Measure the page."""
        self.width, self.height = page.get_size()
        self.longest = max(self.width, self.height)
        unit = 1 << 24
        corners = [_to_device(page, unit, *corner) for corner in ((0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0))]
        (self._x0, self._y0), (x1, y1), (x2, y2) = [(x / unit, y / unit) for x, y in corners]
        self._xx, self._yx = (x1 - self._x0) / 1000, (y1 - self._y0) / 1000
        self._xy, self._yy = (x2 - self._x0) / 1000, (y2 - self._y0) / 1000

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return a point as fractions."""
        return self._x0 + x * self._xx + y * self._xy, self._y0 + x * self._yx + y * self._yy

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Return a rectangle as fractions, cut to the page."""
        (ax, ay), (bx, by) = self.point(left, bottom), self.point(right, top)
        return _box((ax, bx), (ay, by))

    def unit_square(self, matrix: tuple[float, ...]) -> Box:
        """Return the rectangle around a placed unit square, cut to the page."""
        a, b, c, d, e, f = matrix
        points = [self.point(x, y) for x, y in ((e, f), (a + e, b + f), (c + e, d + f), (a + c + e, b + d + f))]
        return _box([x for x, _ in points], [y for _, y in points])


def _box(xs: "tuple[float, ...] | list[float]", ys: "tuple[float, ...] | list[float]") -> Box:
    return Box(
        left=min(max(min(xs), 0.0), 1.0),
        top=min(max(min(ys), 0.0), 1.0),
        right=min(max(max(xs), 0.0), 1.0),
        bottom=min(max(max(ys), 0.0), 1.0),
    )


def _to_device(page: pypdfium2.PdfPage, unit: int, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, unit, unit, 0, x, y, across, down)
    return across.value, down.value


def _is_shown(handle: pdfium.FPDF_PAGEOBJECT) -> bool:
    return bool(pdfium.FPDFTextObj_GetTextRenderMode(handle) != pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


def _matrix(handle: pdfium.FPDF_PAGEOBJECT) -> tuple[float, float, float, float, float, float]:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(handle, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(inner: tuple[float, ...], outer: tuple[float, ...]) -> tuple[float, float, float, float, float, float]:
    a, b, c, d, e, f = inner
    oa, ob, oc, od, oe, of = outer
    return a * oa + b * oc, a * ob + b * od, c * oa + d * oc, c * ob + d * od, e * oa + f * oc + oe, e * ob + f * od + of


def _quarter_turns(matrix: tuple[float, ...]) -> int | None:
    """Return how many quarter turns clockwise the matrix makes; None when it mirrors or slants."""
    a, b, c, d = matrix[:4]
    largest = max(map(abs, (a, b, c, d))) or 1.0
    straight, crossed = max(abs(b), abs(c)) / largest < _ALONG, max(abs(a), abs(d)) / largest < _ALONG
    turns = {(True, False, True, True): 0, (True, False, False, False): 2}
    if straight:
        return turns.get((True, False, a > 0, d > 0))
    if crossed and b * c < 0:
        return 3 if b > 0 else 1
    return None


def _is_masked(handle: pdfium.FPDF_PAGEOBJECT, page: pdfium.FPDF_PAGE) -> bool:
    # A stencil has no colour of its own, and a soft mask hides parts: only drawing shows what a person sees.
    metadata = pdfium.FPDF_IMAGEOBJ_METADATA()
    if not pdfium.FPDFImageObj_GetImageMetadata(handle, page, metadata):
        return True
    return bool(metadata.bits_per_pixel == 0 or pdfium.FPDFPageObj_HasTransparency(handle))


def _pixels(handle: pdfium.FPDF_PAGEOBJECT) -> Gray | None:
    raw = pdfium.FPDFImageObj_GetBitmap(handle)
    if not raw:
        return None
    return _bitmap_to_gray(pypdfium2.PdfBitmap.from_raw(raw))


def _bitmap_to_gray(bitmap: pypdfium2.PdfBitmap) -> Gray | None:
    pixels = bitmap.to_numpy()
    # Copied: the memory is pdfium's and goes with the bitmap.
    if pixels.ndim == 2:
        return pixels.copy()
    if pixels.shape[2] == 1:
        return pixels[:, :, 0].copy()
    return np.asarray(bitmap.to_pil().convert("L"))


def _picture_dpi(picture: _Picture) -> float:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium.FPDFImageObj_GetImagePixelSize(picture.handle, width, height):
        return 0.0
    a, b = picture.matrix[:2]
    shown = (a * a + b * b) ** 0.5 / 72.0
    return width.value / shown if shown else 0.0


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)
