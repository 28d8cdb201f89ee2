"""The contract of OCR engines: one is accepted by passing it."""

import numpy as np
from PIL import Image

from pipelines.read.engines.interface import Engine, Line
from pipelines.read.ink import ink_of
from pipelines.read.raster import Raster
from pipelines.read.region import Region, whole
from pipelines.read.rows import rows_of
from tests.pipelines.files import LETTER, page_picture


def read(engine: Engine, picture: Image.Image) -> list[Line]:
    """Return the lines of a page without columns."""
    page = Raster(gray=np.asarray(picture), dpi=200.0)
    ink = ink_of(page)
    (lines,) = engine.recognise(page, ink, [whole(ink)])
    return rows_of(lines)


class EngineContract:
    """Inherited by the test class of each engine, which gives the fixture ``engine``."""

    def test_a_clean_page_is_read_to_the_letter(self, engine: Engine) -> None:
        """Lines come in order, accents included."""
        lines = read(engine, page_picture(LETTER))
        assert [" ".join(word.text for word in line) for line in lines] == LETTER.splitlines()

    def test_words_stand_where_they_are_printed(self, engine: Engine) -> None:
        """Boxes are pixels of the page, and confidence is a share."""
        lines = read(engine, page_picture("Ordonnance\n\n\n\nParacétamol"))
        first, last = lines[0][0], lines[-1][-1]
        assert first.bottom < last.top
        assert 130 < first.left < 160
        assert 0.5 < first.confidence <= 1.0

    def test_each_region_is_read_by_itself(self, engine: Engine) -> None:
        """What stands in another column never enters a line, and places are those of the page."""
        page = Raster(gray=np.asarray(page_picture("Gauche" + " " * 40 + "Droite")), dpi=200.0)
        ink = ink_of(page)
        height, width = ink.letters.shape
        sides = [
            Region(left=0, top=0, right=width // 3, bottom=height, column=True),
            Region(left=width // 3, top=0, right=width, bottom=height, column=True),
        ]
        found = engine.recognise(page, ink, sides)
        assert [[[word.text for word in line] for line in lines] for lines in found] == [[["Gauche"]], [["Droite"]]]
        assert found[1][0][0].left > page.gray.shape[1] // 3

    def test_an_empty_page_has_no_lines(self, engine: Engine) -> None:
        """Nothing is read into white paper."""
        assert read(engine, Image.new("L", (600, 800), 255)) == []

    def test_the_same_pixels_give_the_same_words(self, engine: Engine) -> None:
        """Nothing is learned from one page that changes the next."""
        page = page_picture(LETTER, dark=90, light=210)
        assert read(engine, page) == read(engine, page)
