"""Lines of print are found whole: with accents and stops, without the logo beside them or the dirt at the edge."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipelines.read.ink import ink_of
from pipelines.read.lines import Segment, segments_of
from pipelines.read.raster import Raster
from pipelines.read.region import whole
from pipelines.read.scan import ScanReader
from tests.pipelines.files import A4, FONT


def found_on(picture: Image.Image) -> list[Segment]:
    """Return the lines found on a page."""
    ink = ink_of(Raster(gray=np.asarray(picture), dpi=200.0))
    return sorted(segments_of(ink, [whole(ink)])[0], key=lambda segment: segment.baseline)


def printed(text: str, *, spacing: int = 10) -> Image.Image:
    """Return a page with some lines of 31 pixels' height."""
    picture = Image.new("L", A4, 255)
    ImageDraw.Draw(picture).multiline_text((200, 300), text, fill=0, font=ImageFont.truetype(FONT, 31), spacing=spacing)
    return picture


@pytest.mark.parametrize("spacing", [10, 2], ids=["usual", "solid"])
def test_each_line_is_one(spacing: int) -> None:
    """Lines set so tightly that descenders meet the accents below are parted."""
    text = "\n".join(["Équilibre glycémique jugé passable", "À surveiller jusqu'à fin juillet"] * 3)
    lines = found_on(printed(text, spacing=spacing))
    assert len(lines) == 6
    assert np.ptp(np.diff([line.baseline for line in lines])) <= 2


def test_small_letters_are_measured_among_capitals() -> None:
    """A line of capitals or figures is as tall as its neighbours, though nothing in it has their small letters."""
    lines = found_on(printed("Le patient se porte bien\nPARACETAMOL\n12345678\nvous ou nous"))
    heights = [line.x_height for line in lines]
    assert max(heights) < 1.3 * min(heights)


def test_a_line_of_one_height_is_measured_both_ways() -> None:
    """Nothing tells a line of figures from one of small letters: both heights are told, and the surer reading kept."""
    words, figures = found_on(printed("Le patient se porte bien\n12345678"))
    assert words.other_height is None
    assert figures.other_height == pytest.approx(1.42 * figures.x_height, rel=0.1)


def test_a_drawing_beside_a_letterhead_does_not_bind_its_lines() -> None:
    """A logo as tall as the letterhead is no letter (P33)."""
    picture = printed("Clinique du Port\n12 rue des Acacias\n79000 Niort\nAccueil : 05 49 00 00 00")
    ImageDraw.Draw(picture).rectangle((90, 300, 170, 420), fill=70)
    assert len(found_on(picture)) == 4


def test_dirt_at_the_edge_of_the_paper_is_no_line() -> None:
    """The table that a photograph shows beside the sheet leaves marks there."""
    picture = printed("Le patient se porte bien\nIl sort demain")
    draw = ImageDraw.Draw(picture)
    for top in range(280, 700, 60):
        draw.rectangle((8, top, 18, top + 22), fill=60)
    assert len(found_on(picture)) == 2


def test_a_comma_set_apart_stays_in_its_line() -> None:
    """Typists leave a space before it: it hangs below its words, and two of them are no line of their own."""
    lines = found_on(printed("tes seins   ,   ma bien aimée   ,   sont"))
    assert len(lines) == 1


def test_the_edge_of_the_paper_beside_lines_does_not_bind_them() -> None:
    """Short strokes that run down beside a block join no line: two lines would be measured, and read, as one."""
    picture = printed("Née à Saint-Alphonse\n(enregistrée à Meteghan)\n4.7.62", spacing=2)
    draw = ImageDraw.Draw(picture)
    for top in range(290, 420, 19):
        draw.rectangle((160, top, 162, top + 14), fill=0)
    lines = found_on(picture)
    assert len(lines) == 3
    assert max(line.below for line in lines) < max(line.above for line in lines)


def test_a_lone_letter_has_the_height_of_its_row() -> None:
    """Nothing in it tells a small letter from a capital, nor where the line stands on which it was typed."""
    picture = printed("Amoxicilline et acide clavulanique")
    pen, font = ImageDraw.Draw(picture), ImageFont.truetype(FONT, 31)
    for left, letter in ((1000, "S"), (1100, "s"), (1200, '"'), (1300, "S")):
        pen.text((left, 300), letter, fill=0, font=font)
    row, *lone = sorted(found_on(picture), key=lambda line: line.left)
    assert all(one.alone and abs(one.baseline - row.baseline) <= 1 for one in lone)
    assert [(one.is_tall, one.is_raised) for one in lone] == [
        (True, False), (False, False), (True, True), (True, False),
    ]  # fmt: skip


def test_tiny_print_is_no_rule(scan_reader: ScanReader) -> None:
    """Seen from afar its letters melt into one stroke: none of its words is taken for a rule, and left out."""
    text = "bloc de branche : électrocardiogramme, appendicectomie, néphrolithotomie"
    picture = Image.new("L", A4, 255)
    pen = ImageDraw.Draw(picture)
    for row in range(8):
        pen.text((150, 300 + 18 * row), text, fill=0, font=ImageFont.truetype(FONT, 15))
    words = scan_reader.read(Raster(gray=np.asarray(picture), dpi=200.0)).text.split()
    assert len(words) == 8 * len(text.split())
