"""Light letters on dark bars are read like any others, and what is no bar is left alone."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipelines.read.bars import with_bars_turned
from pipelines.read.raster import Raster
from pipelines.read.scan import ScanReader
from tests.pipelines.files import A4, FONT, LETTER, page_picture


def headed(level: int) -> Image.Image:
    """Print a letter under a bar of a gray, its words left white."""
    picture = page_picture("\n\n\n" + LETTER)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((120, 150, 1500, 214), fill=level)
    pen.text((140, 164), "COMPTE RENDU DE CONSULTATION", fill=255, font=ImageFont.truetype(str(FONT), 30))
    return picture


def turned(picture: Image.Image) -> tuple[Raster, Raster]:
    """Return a page before and after."""
    page = Raster(gray=np.asarray(picture), dpi=200.0)
    return page, with_bars_turned(page)


def test_a_heading_in_a_dark_bar_is_read(scan_reader: ScanReader) -> None:
    """Black bars and gray ones: none of their words is lost in silence."""
    for level in (0, 60, 110):
        text = scan_reader.read(Raster(gray=np.asarray(headed(level)), dpi=200.0)).text
        assert text == "COMPTE RENDU DE CONSULTATION\n" + LETTER


def test_a_page_without_bars_is_left_as_it_is() -> None:
    """Bold print, rules and boxes are dark, and no bars."""
    picture = page_picture(LETTER.upper())
    pen = ImageDraw.Draw(picture)
    pen.rectangle((120, 700, 1500, 900), outline=0, width=6)
    pen.line((120, 1000, 1500, 1000), fill=0, width=8)
    before, after = turned(picture)
    assert np.array_equal(before.gray, after.gray)


def test_the_dark_around_a_scan_is_no_bar() -> None:
    """What reaches the edge of the page is not its print."""
    picture = Image.new("L", A4, 255)
    ImageDraw.Draw(picture).rectangle((0, 0, 1653, 120), fill=10)
    before, after = turned(picture)
    assert np.array_equal(before.gray, after.gray)
