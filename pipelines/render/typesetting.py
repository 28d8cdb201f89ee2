"""Typesetting: pages of text as a PDF that people print and read; the same text always gives the same bytes."""

from collections.abc import Sequence
from io import BytesIO
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

_FONT: Final = "Courier"
#: A line of `pipelines.cda.rendering` fits between the margins, and a page of its lines on a sheet.
_SIZE: Final = 7.5
_LEADING: Final = 11.0
_LEFT: Final = 17 * mm
_TOP: Final = A4[1] - 18 * mm
#: What the standard fonts of a PDF can show (ISO 32000-1, annex D).
_ENCODING: Final = "cp1252"


def typeset(pages: Sequence[str]) -> bytes:
    """Return pages of text as a PDF, A4, one sheet a page; what the font has no sign for shows as a question mark."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, pageCompression=1)
    for number, page in enumerate(pages, 1):
        text = canvas.beginText(_LEFT, _TOP)
        text.setFont(_FONT, _SIZE, leading=_LEADING)
        for line in page.splitlines():
            text.textLine(line.encode(_ENCODING, "replace").decode(_ENCODING))
        canvas.drawText(text)
        canvas.setFont(_FONT, _SIZE)
        canvas.drawCentredString(A4[0] / 2, 10 * mm, f"{number}/{len(pages)}")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
