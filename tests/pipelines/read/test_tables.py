"""What stands alone in a column of a table is read: a result of one letter decides as much as a line of words."""

import numpy as np
from PIL import ImageDraw, ImageFont

from pipelines.read.raster import Raster
from pipelines.read.scan import ScanReader
from tests.pipelines.files import FONT, page_picture

ANTIBIOGRAM = (
    ("Amoxicilline", "R"),
    ("Céfixime", "S"),
    ("Fosfomycine", "S"),
    ("Nitrofurantoïne", "S"),
    ("Ofloxacine", "I"),
    ("Cotrimoxazole", "R"),
    ("Groupe ABO", "O"),
    ("Urines du matin", "+"),
    ("Nitrites", "-"),
    ("Grossesses", "3"),
)


def test_results_of_one_letter_are_read(scan_reader: ScanReader) -> None:
    """Resistances, blood groups, counts: none is lost, and capitals stay capitals."""
    picture = page_picture("Laboratoire d'analyses de biologie médicale\n\nCompte rendu d'examens du 12/03/2024")
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype(FONT, 28)
    for row, (name, result) in enumerate(ANTIBIOGRAM):
        pen.text((140, 500 + 48 * row), name, fill=0, font=font)
        pen.text((1000, 500 + 48 * row), result, fill=0, font=font)
    lines = scan_reader.read(Raster(gray=np.asarray(picture), dpi=200.0)).text.splitlines()[-len(ANTIBIOGRAM) :]
    assert lines == [f"{name} {result}" for name, result in ANTIBIOGRAM]
