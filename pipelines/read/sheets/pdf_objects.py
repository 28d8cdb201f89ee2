"""What stands on a PDF page: pictures, text, drawings, and where each stands on the page as it is shown."""

import ctypes
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from documents.page import Box

Matrix = tuple[float, float, float, float, float, float]
#: Left, bottom, right, top in points.
Rectangle = tuple[float, float, float, float]

_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_DEEPEST_FORM = 4
#: Side of a printed two-dimensional code, in points: from 5 mm to 7 cm.
_SMALLEST_CODE, _LARGEST_CODE = 14.0, 200.0
#: Side of one module of a code drawn square by square, in points.
_SMALLEST_MODULE, _LARGEST_MODULE = 0.4, 6.0
#: Drawn squares, or segments of one path, that a code has at least.
_FEWEST_MODULES = 60
#: Drawings looked at one by one: a plan of a hundred thousand lines must not cost its weight.
_MOST_LOOKED_AT = 3000
#: Pictures noted on one page: some programs cut one picture into thousands of strips.
_MOST_PICTURES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture on a page."""

    #: pdfium's handle, alive as long as the page.
    handle: pdfium.FPDF_PAGEOBJECT
    #: Places the unit square on the page (ISO 32000-1, 8.3.4).
    matrix: Matrix
    box: Box
    #: Pixels an inch as it is placed.
    dpi: float


class Fractions:
    """Turns places on a page into fractions of the page as it is shown, cropped and turned."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        """Measure the page."""
        self.width, self.height = page.get_size()
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
        return _around([self.point(left, bottom), self.point(right, top)])

    def unit_square(self, matrix: Matrix) -> Box:
        """Return the rectangle around a placed unit square, cut to the page."""
        a, b, c, d, e, f = matrix
        return _around([self.point(x, y) for x, y in ((e, f), (a + e, b + f), (c + e, d + f), (a + c + e, b + d + f))])


class Survey:
    """What is on a page, found in one walk over its objects."""

    def __init__(self, page: pypdfium2.PdfPage, fractions: Fractions) -> None:
        """Walk over a page."""
        self.pictures: list[Picture] = []
        self.paths = 0
        self.has_text = False
        #: Whether any of the text is drawn, and not put invisibly under a scan.
        self.shows_text = False
        self._modules: list[Rectangle] = []
        self._swarms: list[Rectangle] = []
        self._fractions = fractions
        count, get = pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject
        self._walk([get(page.raw, index) for index in range(count(page.raw))], _IDENTITY, depth=0)

    def codes(self, fractions: Fractions) -> tuple[Box, ...]:
        """Return where a two-dimensional code may stand, with a quiet margin."""
        boxes = [picture.box for picture in self.pictures if self._could_be_code(picture.box)]
        boxes += [fractions.box(*rectangle) for rectangle in [*self._swarms, *_crowds(self._modules)]]
        across, down = 12.0 / fractions.width, 12.0 / fractions.height
        return tuple(
            Box(
                left=max(box.left - across, 0.0),
                top=max(box.top - down, 0.0),
                right=min(box.right + across, 1.0),
                bottom=min(box.bottom + down, 1.0),
            )
            for box in boxes
        )

    def _could_be_code(self, box: Box) -> bool:
        across = (box.right - box.left) * self._fractions.width
        down = (box.bottom - box.top) * self._fractions.height
        shorter, longer = min(across, down), max(across, down)
        return bool(shorter >= _SMALLEST_CODE and longer <= min(_LARGEST_CODE, 2.5 * shorter))

    def _walk(self, handles: Sequence[pdfium.FPDF_PAGEOBJECT], outer: Matrix, depth: int) -> None:
        kind_of = pdfium.FPDFPageObj_GetType
        for handle in handles:
            kind = kind_of(handle)
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._note_path(handle)
            elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self.has_text = True
                self.shows_text = self.shows_text or _is_shown(handle)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                self._note_picture(handle, _times(_matrix(handle), outer))
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
                count, get = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
                inner = [get(handle, index) for index in range(count(handle))]
                self._walk(inner, _times(_matrix(handle), outer), depth + 1)

    def _note_picture(self, handle: pdfium.FPDF_PAGEOBJECT, matrix: Matrix) -> None:
        if len(self.pictures) >= _MOST_PICTURES:
            return
        shown = (matrix[0] ** 2 + matrix[1] ** 2) ** 0.5 / 72.0
        dpi = pixel_size(handle)[0] / shown if shown else 0.0
        self.pictures.append(Picture(handle=handle, matrix=matrix, box=self._fractions.unit_square(matrix), dpi=dpi))

    def _note_path(self, handle: pdfium.FPDF_PAGEOBJECT) -> None:
        self.paths += 1
        if self.paths > _MOST_LOOKED_AT:
            return
        edges = [ctypes.c_float() for _ in range(4)]
        if not pdfium.FPDFPageObj_GetBounds(handle, *map(ctypes.byref, edges)):
            return
        left, bottom, right, top = (edge.value for edge in edges)
        if _SMALLEST_MODULE <= top - bottom <= _LARGEST_MODULE and right - left <= _LARGEST_CODE / 2:
            # Neighbouring modules of a row are often drawn as one bar: their height is what they share.
            self._modules.append((left, bottom, right, top))
        elif (
            max(right - left, top - bottom) <= _LARGEST_CODE
            and pdfium.FPDFPath_CountSegments(handle) >= _FEWEST_MODULES
        ):
            self._swarms.append((left, bottom, right, top))


def _crowds(modules: Sequence[Rectangle]) -> list[Rectangle]:
    """Return the rectangle around the modules of one height, when they are many and stand together."""
    heights = Counter(round(top - bottom, 1) for _, bottom, _, top in modules)
    crowds = []
    for height, count in heights.most_common(3):
        if count < _FEWEST_MODULES:
            break
        alike = [module for module in modules if round(module[3] - module[1], 1) == height]
        lefts, bottoms, rights, tops = zip(*alike, strict=True)
        left, bottom, right, top = min(lefts), min(bottoms), max(rights), max(tops)
        if right - left <= _LARGEST_CODE and top - bottom <= _LARGEST_CODE:
            crowds.append((left, bottom, right, top))
    return crowds


def pixel_size(handle: pdfium.FPDF_PAGEOBJECT) -> tuple[int, int]:
    """Return a picture's width and height in pixels; zero when pdfium cannot tell."""
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not pdfium.FPDFImageObj_GetImagePixelSize(handle, ctypes.byref(width), ctypes.byref(height)):
        return 0, 0
    return width.value, height.value


def _around(points: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(left=_cut(min(xs)), top=_cut(min(ys)), right=_cut(max(xs)), bottom=_cut(max(ys)))


def _cut(fraction: float) -> float:
    return min(max(fraction, 0.0), 1.0)


def _to_device(page: pypdfium2.PdfPage, unit: int, x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, unit, unit, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return across.value, down.value


def _is_shown(handle: pdfium.FPDF_PAGEOBJECT) -> bool:
    return bool(pdfium.FPDFTextObj_GetTextRenderMode(handle) != pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)


def _matrix(handle: pdfium.FPDF_PAGEOBJECT) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(handle, ctypes.byref(matrix))
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    oa, ob, oc, od, oe, of = outer
    x, y = e * oa + f * oc + oe, e * ob + f * od + of
    return a * oa + b * oc, a * ob + b * od, c * oa + d * oc, c * ob + d * od, x, y
