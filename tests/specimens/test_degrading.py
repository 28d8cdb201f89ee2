"""Degrading pages."""

from io import BytesIO

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from specimens.degrading import DEGRADATIONS, Gray
from specimens.marks import Sheet, Text
from specimens.printing import to_pdf
from specimens.scanning import scan, to_scanned_pdf, to_tiff


@pytest.fixture(scope="module")
def paper() -> bytes:
    """A page with a few lines in its upper left."""
    lines = (
        Text(x=60, y=780 - 14 * n, text="Compte rendu de consultation", font="Helvetica", size=11, line=n)
        for n in range(20)
    )
    return to_pdf((Sheet(tuple(lines)),))


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_a_scan_in_a_pdf_is_dark_on_light(name: str, paper: bytes) -> None:
    """A fax's runs say which are black: misread, the page is a photographic negative."""
    pages = scan(paper, DEGRADATIONS[name], 1)
    document = pypdfium2.PdfDocument(to_scanned_pdf(pages))
    shown = document[0].render(scale=1, grayscale=True).to_numpy()
    document.close()
    assert abs(int(np.median(shown)) - int(np.median(pages[0].pixels))) < 16


def darkness(page: Gray) -> Gray:
    """Say where it is darker than the page's middle gray."""
    return (page < np.median(page) - 60).astype(np.uint8)


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_the_same_seed_gives_the_same_pixels(name: str, paper: bytes) -> None:
    """And another seed other ones, unless nothing is left to chance."""
    how = DEGRADATIONS[name]
    (first,), (second,), (other,) = (scan(paper, how, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.pixels, second.pixels)
    assert np.array_equal(first.pixels, other.pixels) == (not how.steps)


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_a_page_keeps_its_size(name: str, paper: bytes) -> None:
    """A4 at the resolution that the name says, on its side when turned by a quarter."""
    how = DEGRADATIONS[name]
    (page,) = scan(paper, how, 1)
    height, width = page.pixels.shape[:: -1 if how.turned in {90, 270} else 1]
    assert (width, height) == (pytest.approx(8.27 * how.dpi, abs=3), pytest.approx(11.69 * how.dpi, abs=3))


@pytest.mark.parametrize("name", DEGRADATIONS)
def test_a_page_weighs_what_scans_weigh(name: str, paper: bytes) -> None:
    """Between two kilobytes and six megabytes, as TIFF, JPEG or PNG."""
    (page,) = scans = scan(paper, DEGRADATIONS[name], 1)
    for content in (to_tiff(scans, "jpeg"), to_tiff(scans, "tiff_lzw"), page.jpeg(), page.png()):
        assert 2_000 < len(content) < 6_000_000


def test_a_fax_is_black_and_white(paper: bytes) -> None:
    """And stored in one bit a pixel."""
    with Image.open(BytesIO(to_tiff(scan(paper, DEGRADATIONS["fax200"], 1), "jpeg"))) as image:
        assert image.mode == "1"
        assert image.info["compression"] == "group4"


@pytest.mark.parametrize(("name", "quarters"), [("turned90", 1), ("turned180", 2), ("turned270", 3)])
def test_a_turned_page_lies_turned_clockwise(name: str, quarters: int, paper: bytes) -> None:
    """Turned back counter-clockwise by its degrees, its lines are in the upper left again."""
    (page,) = scan(paper, DEGRADATIONS[name], 1)
    upright = darkness(np.rot90(page.pixels, quarters))
    height, width = upright.shape
    corner = upright[: height // 2, : width * 2 // 3].sum()
    assert corner > 0.95 * upright.sum()
    assert DEGRADATIONS[name].turned == quarters * 90
