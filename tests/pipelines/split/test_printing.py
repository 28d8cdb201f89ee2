"""Printed separators are read again, whichever way round, dirty or half torn off (P33)."""

import io
from collections.abc import Iterator

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from documents.inspection import Inspection
from documents.page import Page
from pipelines.read.reader import ConfinedReader
from pipelines.split.printing import print_separators
from pipelines.split.separator import is_separator, resembles_separator


@pytest.fixture(scope="module")
def reader() -> Iterator[ConfinedReader]:
    """The reader of the product."""
    made = ConfinedReader()
    yield made
    made.close()


@pytest.fixture(scope="module")
def sheet() -> Image.Image:
    """A sheet, printed and scanned at 150 dpi."""
    document = pypdfium2.PdfDocument(print_separators(1))
    drawn: Image.Image = document[0].render(scale=150 / 72).to_pil().convert("L")
    document.close()
    return drawn


def read(reader: ConfinedReader, picture: Image.Image, dpi: int = 150) -> Page:
    """Read a scanned page."""
    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(dpi, dpi))
    return next(iter(reader.read(file.getvalue(), Inspection(media_type="image/png", pages=1), 1, 1)))


def painted(sheet: Image.Image, *boxes: tuple[float, float, float, float], shade: int = 255) -> Image.Image:
    """Paint over parts of a sheet, given as fractions."""
    spoilt = sheet.copy()
    for left, top, right, bottom in boxes:
        corners = (left * sheet.width, top * sheet.height, right * sheet.width, bottom * sheet.height)
        ImageDraw.Draw(spoilt).rectangle(corners, fill=shade)
    return spoilt


def test_a_printed_separator_in_a_born_digital_pdf_is_known(reader: ConfinedReader) -> None:
    """Whoever joins files on a computer needs no printer."""
    pages = reader.read(print_separators(3), Inspection(media_type="application/pdf", pages=3), 1, 3)
    assert all(is_separator(page) for page in pages)


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 3])
def test_a_separator_is_known_whichever_way_it_was_fed(
    reader: ConfinedReader, sheet: Image.Image, degrees: int
) -> None:
    """P33: upside down, sideways or askew."""
    assert is_separator(read(reader, sheet.rotate(degrees, expand=True, fillcolor=255)))


@pytest.mark.parametrize("dpi", [75, 100])
def test_a_separator_is_known_at_a_coarse_resolution(reader: ConfinedReader, sheet: Image.Image, dpi: int) -> None:
    """P33: a fax, or a scanner set to save space."""
    size = (sheet.width * dpi // 150, sheet.height * dpi // 150)
    assert is_separator(read(reader, sheet.resize(size), dpi))


@pytest.mark.parametrize(
    "boxes",
    [
        [(0.0, 0.0, 1.0, 0.5)],
        [(0.0, 0.5, 1.0, 1.0)],
        [(0.0, 0.0, 0.5, 1.0)],
        [(0.15, 0.15, 0.25, 0.2), (0.7, 0.15, 0.8, 0.2), (0.45, 0.75, 0.47, 0.78)],
    ],
    ids=["upper half torn off", "lower half torn off", "left half torn off", "stains on all three"],
)
def test_a_damaged_separator_is_known_by_what_is_left(
    reader: ConfinedReader, sheet: Image.Image, boxes: list[tuple[float, float, float, float]]
) -> None:
    """P33: any one code is enough, and each mends small damage."""
    assert is_separator(read(reader, painted(sheet, *boxes)))


def test_a_separator_without_any_code_left_is_suspected(reader: ConfinedReader, sheet: Image.Image) -> None:
    """P33: its words are enough to ask a person."""
    gone = [(0.05, 0.1, 0.4, 0.35), (0.6, 0.1, 0.95, 0.35), (0.3, 0.7, 0.7, 0.9)]
    page = read(reader, painted(sheet, *gone))
    assert not is_separator(page)
    assert resembles_separator(page)


def test_the_same_sheets_are_the_same_bytes() -> None:
    """Nothing in them tells when or where they were printed."""
    assert print_separators(2) == print_separators(2)
