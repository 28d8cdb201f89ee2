"""The contract of OCR engines: one is accepted by passing it."""

import numpy as np

from pipelines.read.engines.interface import Engine, Layout
from tests.pipelines.files import LETTER, page_picture


class EngineContract:
    """Inherited by the test class of each engine, which gives the fixture ``engine``."""

    def test_a_clean_page_is_read_to_the_letter(self, engine: Engine) -> None:
        """Lines come in order, accents included."""
        lines = engine.recognise(np.asarray(page_picture(LETTER)), 200.0, Layout.PAGE)
        assert [" ".join(word.text for word in line) for line in lines] == LETTER.splitlines()

    def test_words_stand_where_they_are_printed(self, engine: Engine) -> None:
        """Boxes are pixels of the page, and confidence is a share."""
        lines = engine.recognise(np.asarray(page_picture("Ordonnance\n\n\n\nParacétamol")), 200.0, Layout.PAGE)
        first, last = lines[0][0], lines[-1][-1]
        assert first.bottom < last.top
        assert 130 < first.left < 160
        assert 0.5 < first.confidence <= 1.0

    def test_an_empty_page_has_no_lines(self, engine: Engine) -> None:
        """Nothing is read into white paper."""
        assert list(engine.recognise(np.full((800, 600), 255, np.uint8), 200.0, Layout.PAGE)) == []

    def test_the_same_pixels_give_the_same_words(self, engine: Engine) -> None:
        """Nothing is learned from one page that changes the next."""
        page = np.asarray(page_picture(LETTER, dark=90, light=210))
        assert engine.recognise(page, 200.0, Layout.BLOCK) == engine.recognise(page, 200.0, Layout.BLOCK)
