"""Two-dimensional codes are found on scans and on born-digital pages, their payload as bytes (P33)."""

import io

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from documents.inspection import Inspection
from documents.page import Page
from pipelines.read.reader import ConfinedReader
from tests.pipelines.files import LETTER, page_picture, scanned_pdf

PAYLOAD = b"IS010000000000000000000000\x1dS1278035501234\x1dS2MARIE"


def code(side: int) -> Image.Image:
    """Draw a Datamatrix of this many pixels."""
    matrix = zxingcpp.create_barcode(PAYLOAD, zxingcpp.BarcodeFormat.DataMatrix)
    picture = Image.fromarray(np.array(matrix.to_image(scale=8)))
    return picture.resize((side, side), Image.Resampling.BOX)


def read(reader: ConfinedReader, pdf: bytes) -> Page:
    """Read the only page."""
    (page,) = reader.read(pdf, Inspection(media_type="application/pdf", pages=1), 1, 1)
    return page


@pytest.mark.parametrize("turn", [0, 4, 90, 180])
def test_a_code_on_a_scan_is_decoded_and_not_read_as_letters(confined_reader: ConfinedReader, turn: int) -> None:
    """Straight, crooked or turned with its page."""
    picture = page_picture(LETTER)
    picture.paste(code(240), (1200, 1200))
    page = read(confined_reader, scanned_pdf(picture.rotate(turn, expand=turn == 90, fillcolor=255)))
    assert [(symbol.symbology, symbol.payload) for symbol in page.symbols] == [("DataMatrix", PAYLOAD)]
    assert page.text == LETTER


def test_a_code_on_a_born_digital_page_is_decoded_where_it_stands(confined_reader: ConfinedReader) -> None:
    """Only its place is drawn, and its box is on the page."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842), invariant=1)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(60, 780, "Votre patiente est venue ce jour pour un contrôle.")
    canvas.drawImage(ImageReader(code(240)), 480, 740, 70, 70)
    canvas.save()
    page = read(confined_reader, file.getvalue())
    (symbol,) = page.symbols
    assert symbol.payload == PAYLOAD
    assert 0.8 < symbol.box.left < symbol.box.right < 0.95
    assert 0.03 < symbol.box.top < symbol.box.bottom < 0.13
