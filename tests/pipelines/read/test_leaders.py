"""Dots that lead from a name to its value are counted, and neither name nor value is lost in them."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipelines.read.ink import ink_of
from pipelines.read.leaders import Leaders
from pipelines.read.raster import Raster
from pipelines.read.scan import ScanReader
from tests.pipelines.files import FONT, LETTER, page_picture

RESULTS = {"Sodium": "140", "TP": "71%", "Potassium": "4,1", "CRP": "0,5"}


def tabled(dots: int, size: int) -> Image.Image:
    """Print results under a letter, dots between their names and their values."""
    picture = page_picture(LETTER)
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype(str(FONT), size)
    for row, (name, value) in enumerate(RESULTS.items()):
        pen.text((140, 700 + 60 * row), f"{name}{'.' * dots} {value}", fill=0, font=font)
    return picture


def on(picture: Image.Image) -> Raster:
    """Return a picture as a page."""
    return Raster(gray=np.asarray(picture), dpi=200.0)


@pytest.mark.parametrize(("dots", "size"), [(12, 28), (40, 28), (60, 24)])
def test_names_and_values_are_read_whatever_leads_from_one_to_the_other(
    scan_reader: ScanReader, dots: int, size: int
) -> None:
    """Every dot is counted, and the decimal comma behind them is none of them."""
    lines = scan_reader.read(on(tabled(dots, size))).text.splitlines()[-len(RESULTS) :]
    assert lines == [f"{name}{'.' * dots} {value}" for name, value in RESULTS.items()]


def test_an_ellipsis_is_no_leader() -> None:
    """Three dots are words of the sentence."""
    page = on(page_picture("Le patient hésite... puis accepte. Il attend..."))
    leaders = Leaders.of(page, ink_of(page))
    assert leaders.page is page
    assert not leaders.words


def test_dots_under_what_was_written_on_them_are_not_told(scan_reader: ScanReader) -> None:
    """The line to write on, of a form that was filled in."""
    picture = page_picture(LETTER + "\n\n\nNom :  DURAND Jacqueline")
    pen = ImageDraw.Draw(picture)
    for left in range(230, 900, 12):
        pen.rectangle((left, 634, left + 2, 636), fill=0)
    assert scan_reader.read(on(picture)).text.splitlines()[-1] == "Nom : DURAND Jacqueline"


def test_dots_above_one_another_are_no_leader() -> None:
    """Marks of a ruler or a pattern follow no line, and do not make a page fail."""
    picture = page_picture(LETTER)
    pen = ImageDraw.Draw(picture)
    for top in range(700, 1500, 3):
        pen.rectangle((400, top, 401, top + 1), fill=0)
    page = on(picture)
    assert not Leaders.of(page, ink_of(page)).words
