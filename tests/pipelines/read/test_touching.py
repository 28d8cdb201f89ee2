"""Lines that touch are parted; one line of large letters is not."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipelines.read.ink import ink_of
from pipelines.read.lines import segments_of
from pipelines.read.raster import Raster
from pipelines.read.region import whole
from pipelines.read.scan import ScanReader
from tests.pipelines.files import A4, FONT

LINES = [
    "Équilibre glycémique jugé passable, à surveiller jusqu'à fin juillet",
    "PRÉSENCE D'UN ŒDÈME DES MEMBRES INFÉRIEURS",
    "Signé : Dr Gaëlle Pépin",
    "Radiographie du thorax normale, échographie hépatique à programmer",
]


def tight(pitch: int, *, height: int = 30) -> Image.Image:
    """Print lines of letters of a height, baselines a pitch apart."""
    picture = Image.new("L", A4, 255)
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype(str(FONT), height)
    for row, line in enumerate(LINES * 3):
        pen.text((160, 300 + row * pitch), line, fill=0, font=font, anchor="ls")
    return picture


def count(picture: Image.Image) -> int:
    """Return how many lines are found."""
    ink = ink_of(Raster(gray=np.asarray(picture), dpi=200.0))
    return len(segments_of(ink, [whole(ink)])[0])


@pytest.mark.parametrize("pitch", [27, 29, 32, 36], ids=["nine-tenths", "almost-solid", "solid", "usual"])
def test_no_line_is_lost_however_tightly_they_are_set(scan_reader: ScanReader, pitch: int) -> None:
    """Every line is found, and read with at most a letter in twenty wrong: the strokes of the next one stand in it."""
    picture = tight(pitch)
    assert count(picture) == len(LINES) * 3
    read = scan_reader.read(Raster(gray=np.asarray(picture), dpi=200.0)).text.splitlines()
    assert [line[:6] for line in read] == [line[:6] for line in LINES * 3]


def test_a_heading_is_one_line() -> None:
    """Letters as tall as three lines of print are not cut in three."""
    picture = tight(44)
    pen = ImageDraw.Draw(picture)
    pen.text((160, 180), "Hôpital de Gien", fill=0, font=ImageFont.truetype(str(FONT), 100), anchor="ls")
    assert count(picture) == len(LINES) * 3 + 1
