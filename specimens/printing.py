"""Printing: marks to a born-digital PDF, the same bytes for the same marks."""

from collections.abc import Sequence
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas

from specimens.datamatrix import modules
from specimens.marks import PAGE_HEIGHT, PAGE_WIDTH, Box, Mark, Matrix, Rule, Scrawl, Sheet, Text


def to_pdf(sheets: Sequence[Sheet]) -> bytes:
    """Print pages to a PDF with a text layer and embedded fonts."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, pageCompression=1)
    for sheet in sheets:
        for mark in sheet.marks:
            _draw(canvas, mark)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw(canvas: Canvas, mark: Mark) -> None:
    match mark:
        case Text():
            canvas.setFillColorRGB(*mark.colour)
            canvas.setFont(mark.font, mark.size)
            canvas.drawString(mark.x, mark.y, mark.text)
        case Box():
            canvas.setFillColorRGB(*mark.colour)
            canvas.setStrokeColorRGB(*mark.colour)
            canvas.setLineWidth(mark.stroke)
            canvas.rect(mark.x, mark.y, mark.width, mark.height, stroke=int(not mark.filled), fill=int(mark.filled))
        case Rule():
            canvas.setStrokeColorRGB(*mark.colour)
            canvas.setLineWidth(mark.stroke)
            canvas.line(mark.x1, mark.y1, mark.x2, mark.y2)
        case Scrawl():
            _scrawl(canvas, mark)
        case Matrix():
            _matrix(canvas, mark)


def _scrawl(canvas: Canvas, scrawl: Scrawl) -> None:
    canvas.setStrokeColorRGB(0.08, 0.1, 0.4)
    canvas.setLineWidth(1.1)
    path = canvas.beginPath()
    (x, y), *rest = scrawl.points
    path.moveTo(x, y)
    for first, second, third in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        path.curveTo(*first, *second, *third)
    canvas.drawPath(path, stroke=1, fill=0)


def _matrix(canvas: Canvas, matrix: Matrix) -> None:
    rows = modules(matrix.payload)
    dot = matrix.side / len(rows)
    canvas.setFillColorRGB(0, 0, 0)
    path = canvas.beginPath()
    for row, dots in enumerate(rows):
        for column, dark in enumerate(dots):
            if dark:
                path.rect(matrix.x + column * dot, matrix.y + (len(rows) - 1 - row) * dot, dot, dot)
    canvas.drawPath(path, stroke=0, fill=1)
