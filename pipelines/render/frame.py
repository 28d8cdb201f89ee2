"""The frame of an upright page: where its fractions lie on the page of a PDF, however that is cropped and turned."""

from collections.abc import Callable
from dataclasses import dataclass
from math import hypot
from typing import Self

import pypdfium2

from pipelines.read.sheets.pdf_objects import Fractions, Matrix

Point = tuple[float, float]

#: Where a point of a page that was turned upright, clockwise by so many degrees, was before.
_BEFORE: dict[int, Callable[[float, float], Point]] = {
    0: lambda across, down: (across, down),
    90: lambda across, down: (down, 1 - across),
    180: lambda across, down: (1 - across, 1 - down),
    270: lambda across, down: (1 - down, across),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """An upright page in points from its bottom left corner."""

    width: float
    height: float
    #: Takes such points to those of the PDF's page (ISO 32000-1, 8.3.3).
    matrix: Matrix

    @classmethod
    def of_pdf(cls, page: pypdfium2.PdfPage, turned: int) -> Self:
        """Return the frame of a PDF's page, as it is shown and then turned upright."""
        fractions = Fractions(page)
        x0, y0 = fractions.point(0.0, 0.0)
        (xx, yx), (xy, yy) = (
            ((x - x0) / 1000, (y - y0) / 1000) for x, y in (fractions.point(1000.0, 0.0), fractions.point(0.0, 1000.0))
        )
        determinant = xx * yy - xy * yx

        def place(across: float, down: float) -> Point:
            u, v = across - x0, down - y0
            return (u * yy - v * xy) / determinant, (v * xx - u * yx) / determinant

        return cls._around(place, turned)

    @classmethod
    def of_paper(cls, width: float, height: float, turned: int) -> Self:
        """Return the frame of a page that shows one picture and is as large as it, in points."""
        return cls._around(lambda across, down: (across * width, (1 - down) * height), turned)

    @classmethod
    def _around(cls, place: Callable[[float, float], Point], turned: int) -> Self:
        (x, y), (right_x, right_y), (top_x, top_y) = (
            place(*_BEFORE[turned](*corner)) for corner in ((0.0, 1.0), (1.0, 1.0), (0.0, 0.0))
        )
        width, height = hypot(right_x - x, right_y - y), hypot(top_x - x, top_y - y)
        matrix = (
            (right_x - x) / width, (right_y - y) / width, (top_x - x) / height, (top_y - y) / height, x, y,
        )  # fmt: skip
        return cls(width=width, height=height, matrix=matrix)
