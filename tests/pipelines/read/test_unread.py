"""Nothing is left out in silence: what looks like print and was not read gets a second chance, or is told."""

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from documents.page import Page, Source
from pipelines.read import wire
from pipelines.read.engines.interface import Engine, Line
from pipelines.read.ink import Ink, ink_of
from pipelines.read.raster import Raster
from pipelines.read.region import Region
from pipelines.read.scan import Scan, ScanReader
from pipelines.read.unread import Unread
from tests.pipelines.files import FONT, LETTER, page_picture

PARAGRAPHS = f"{LETTER}\n\n\n{LETTER}"


class EngineThatLosesLines:
    """Reads like another engine, and loses every line below a height of the page."""

    def __init__(self, engine: Engine, below: int) -> None:
        """Lose what stands below so many pixels of a whole page."""
        self._engine = engine
        self._below = below

    def recognise(self, page: Raster, ink: Ink, regions: Sequence[Region]) -> list[list[Line]]:
        """Return what is left."""
        whole = page.gray.shape[0] > 2000
        found = self._engine.recognise(page, ink, regions)
        return [[line for line in lines if not whole or line[0].top < self._below] for lines in found]


class EngineThatNeverLooksTwice(EngineThatLosesLines):
    """Loses lines, and reads nothing in a part of a page either."""

    def recognise(self, page: Raster, ink: Ink, regions: Sequence[Region]) -> list[list[Line]]:
        """Return what is left of a whole page, and nothing of a part."""
        whole = page.gray.shape[0] > 2000
        return super().recognise(page, ink, regions) if whole else [[] for _ in regions]


@pytest.fixture
def page() -> Raster:
    """Give a page of two paragraphs."""
    return Raster(gray=np.asarray(page_picture(PARAGRAPHS)), dpi=200.0)


def read(engine: Engine, page: Raster) -> Scan:
    """Read a page with an engine."""
    return ScanReader(engine).read(page)


def test_a_page_that_was_read_whole_leaves_nothing(batched_engine: Engine, page: Raster) -> None:
    """Every mark is covered by a word."""
    assert read(batched_engine, page).unread == 0.0


def test_lines_that_were_lost_are_found_again(batched_engine: Engine, page: Raster) -> None:
    """The patch that nobody read is read by itself, and its lines stand where they belong."""
    assert read(EngineThatLosesLines(batched_engine, below=500), page).text == PARAGRAPHS.replace("\n\n\n", "\n")


def test_what_stays_unread_is_told_and_lowers_the_confidence(batched_engine: Engine, page: Raster) -> None:
    """A page that lacks half of its lines is never told as one that was read."""
    found = read(EngineThatNeverLooksTwice(batched_engine, below=500), page)
    assert found.unread == pytest.approx(0.5, abs=0.1)
    assert found.confidence is not None
    assert found.confidence < 0.6


@pytest.mark.parametrize("degrees", [90, 270])
def test_a_stamp_along_the_edge_is_read_turned(batched_engine: Engine, degrees: int) -> None:
    """What runs up or down beside the text is read last, and its words stand where it was put."""
    picture = page_picture(PARAGRAPHS)
    stamp = Image.new("L", (560, 60), 255)
    ImageDraw.Draw(stamp).text((20, 12), "DOSSIER CLASSE EN ARCHIVE", fill=40, font=ImageFont.truetype(str(FONT), 32))
    picture.paste(stamp.rotate(degrees, expand=True), (1500, 900))
    found = read(batched_engine, Raster(gray=np.asarray(picture), dpi=200.0))
    assert found.text.splitlines()[-1] == "DOSSIER CLASSE EN ARCHIVE"
    last = found.words[-1].box
    assert 0.9 < last.left < last.right < 0.95
    assert last.bottom - last.top > last.right - last.left


def test_scribbles_are_told_and_not_made_words(batched_engine: Engine) -> None:
    """Handwriting is not read: the page says how much of it there is."""
    picture = page_picture(LETTER)
    pen, rng = ImageDraw.Draw(picture), np.random.default_rng(7)
    for row in range(900, 1500, 60):
        for left in range(160, 1300, 34):
            pen.line([(left + int(x), row + int(y)) for x, y in rng.integers(0, 26, (5, 2))], fill=30, width=3)
    raster = Raster(gray=np.asarray(picture), dpi=200.0)
    found = read(batched_engine, raster)
    assert found.text.startswith(LETTER.splitlines()[0])
    assert found.unread > 0.2


def test_an_empty_page_has_no_unread_print() -> None:
    """Dust and folds are none."""
    page = Raster(gray=np.full((2339, 1654), 255, np.uint8), dpi=200.0)
    assert Unread.of(ink_of(page), [], 2.0).share == 0.0


def test_what_was_not_read_rests_with_the_page() -> None:
    """Sealed pages of before lack it, and are read all the same."""
    page = Page(number=1, source=Source.OCR, unread=0.25, language="fr")
    stored = wire.to_json(page)
    assert wire.from_json(stored) == page
    del stored["unread"], stored["language"]
    assert wire.from_json(stored).unread == 0.0
