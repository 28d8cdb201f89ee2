"""How lines lie is told whatever they are lines of."""

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipelines.read.alignment import align
from pipelines.read.ink import ink_of
from pipelines.read.raster import Gray, Raster
from tests.pipelines.files import A4, FONT

ROW = ("Hémoglobine", "13,1 g/dL", "12,0 à 16,0", "12,9")


@pytest.fixture
def table() -> Gray:
    """Give a page with a table of even rows and narrow columns, and no other line."""
    picture = Image.new("L", A4, 255)
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype(str(FONT), 24)
    for row in range(24):
        for column, cell in enumerate(ROW):
            pen.text((160 + 330 * column, 300 + 34 * row), cell, fill=0, font=font)
    return np.asarray(picture)


@pytest.mark.parametrize("degrees", [-6.0, -1.0, 0.0, 2.5, 7.0])
def test_the_rows_of_a_table_are_not_taken_for_those_beside_them(table: Gray, degrees: float) -> None:
    """A slope that brings each row between two of the next column makes a page of more lines, and is wrong (P35)."""
    matrix = cv2.getRotationMatrix2D((A4[0] / 2, A4[1] / 2), degrees, 1.0)
    skewed = np.asarray(cv2.warpAffine(table, matrix, A4, borderValue=255), dtype=np.uint8)
    found = align(ink_of(Raster(gray=skewed, dpi=200.0)).letters)
    assert found.skew == pytest.approx(-degrees, abs=0.15)
