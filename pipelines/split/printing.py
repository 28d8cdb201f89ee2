"""Printing separator sheets: a PDF whose every page bears the code that cuts a scan (`verso separators`)."""

from io import BytesIO
from typing import Final

import numpy as np
import zxingcpp
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from pipelines.split.separator import PAYLOAD

_WIDTH, _HEIGHT = A4
#: Side of a code. Its dots are then 2 mm wide: a fax shows them.
_SIDE: Final = 38 * mm
#: Lower left corners. One code is enough: a stain, a fold or a punched hole does not reach all three.
_PLACES: Final = (
    (25 * mm, 195 * mm),
    (_WIDTH - 25 * mm - _SIDE, 195 * mm),
    ((_WIDTH - _SIDE) / 2, 40 * mm),
)
_TITLE: Final = "Feuille de séparation"
#: Lines enough to tell which way is up, and what the sheet is, where no code can be read.
_LINES: Final = (
    "À placer entre deux documents avant la numérisation d'une pile.",
    "Le document suivant commence à la page qui suit cette feuille.",
    "Cette feuille n'est pas conservée avec les documents.",
    "Elle peut servir autant de fois que l'on veut.",
    "Ne rien écrire ni coller sur les trois carrés noirs et blancs.",
    "Deux feuilles qui se suivent comptent pour une seule.",
)


def print_separators(count: int) -> bytes:
    """Return a PDF of so many separator sheets, A4, to be printed on one side in black."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle("Verso : feuilles de séparation")
    for _ in range(count):
        _draw_sheet(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _draw_sheet(canvas: Canvas) -> None:
    middle = _WIDTH / 2
    canvas.setFont("Helvetica-Bold", 28)
    for height in (260 * mm, 95 * mm):
        canvas.drawCentredString(middle, height, _TITLE)
    canvas.setFont("Helvetica", 14)
    for number, line in enumerate(_LINES):
        canvas.drawCentredString(middle, 175 * mm - number * 10 * mm, line)
    for left, bottom in _PLACES:
        _draw_code(canvas, left, bottom)
    canvas.setFont("Courier", 11)
    canvas.drawCentredString(middle, 25 * mm, PAYLOAD.decode("ascii"))


def _draw_code(canvas: Canvas, left: float, bottom: float) -> None:
    barcode = zxingcpp.create_barcode(PAYLOAD, zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    rows = np.asarray(zxingcpp.write_barcode_to_image(barcode, scale=1, add_quiet_zones=False)) < 128
    dot = _SIDE / len(rows)
    path = canvas.beginPath()
    for row, column in np.argwhere(rows):
        path.rect(left + int(column) * dot, bottom + (len(rows) - 1 - int(row)) * dot, dot, dot)
    canvas.drawPath(path, stroke=0, fill=1)
