"""Previews: small, upright, of every kind of page."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from documents.page import Page, Source
from pipelines.render.interface import NotMade
from pipelines.render.renderer import ConfinedRenderer
from tests.pipelines.files import (
    dicom_capture,
    encrypted_pdf,
    heic,
    jpeg,
    letter_pdf,
    png,
    scanned_pdf,
    tiff,
    webp,
)
from tests.pipelines.render.reading import LONG, inspected, shown_turned

FIRST = Page(number=1, source=Source.OCR)

ORIGINALS: dict[str, Callable[[Image.Image], bytes]] = {
    "text": lambda _scan: letter_pdf(LONG),
    "pdf": scanned_pdf,
    "pdf-turned": lambda scan: shown_turned(scanned_pdf(scan.transpose(Image.Transpose.ROTATE_90)), 90),
    "pdf-owner": lambda _scan: encrypted_pdf(user=""),
    "jpeg": lambda scan: jpeg(scan.convert("RGB")),
    "jpeg-turned": lambda scan: jpeg(scan.transpose(Image.Transpose.ROTATE_90), turn=6),
    "png": png,
    "png-holes": lambda scan: png(scan.convert("LA")),
    "webp": webp,
    "heic": heic,
    "fax": lambda scan: tiff([scan.convert("1")], compression="group4"),
    "dicom": dicom_capture,
}


def preview(renderer: ConfinedRenderer, original: bytes, page: Page = FIRST) -> Image.Image:
    """Draw a preview, which must succeed, and decode it."""
    made = renderer.preview(original, inspected(original), page)
    assert not isinstance(made, NotMade), made.code
    picture = Image.open(io.BytesIO(made), formats=["WEBP"])
    picture.load()
    return picture


@pytest.mark.parametrize("store", ORIGINALS.values(), ids=ORIGINALS.keys())
def test_a_page_has_a_small_upright_picture(
    renderer: ConfinedRenderer, scan: Image.Image, store: Callable[[Image.Image], bytes]
) -> None:
    """As high as a screen, below forty kilobytes, the letter's head where its head is."""
    original = store(scan)
    picture = preview(renderer, original)
    made = renderer.preview(original, inspected(original), FIRST)
    assert isinstance(made, bytes)
    assert len(made) < 40_000
    assert picture.size in ((707, 1000), (708, 1000))
    rows = np.asarray(picture.convert("L")).min(axis=1) < 128
    assert 50 <= np.flatnonzero(rows)[0] <= 95
    assert not rows[-60:].any()


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_was_turned_to_be_read_is_shown_turned(
    renderer: ConfinedRenderer, scan: Image.Image, turned: int
) -> None:
    """What was scanned on its side or its head stands upright."""
    original = png(scan.rotate(turned, expand=True))
    picture = preview(renderer, original, Page(number=1, source=Source.OCR, turned=turned))
    rows = np.asarray(picture.convert("L")).min(axis=1) < 128
    assert picture.height == 1000
    assert 50 <= np.flatnonzero(rows)[0] <= 95


def test_a_fax_of_flat_pixels_is_shown_as_the_paper_was(renderer: ConfinedRenderer, scan: Image.Image) -> None:
    """Standard resolution has half as many lines as columns; the paper is A4 all the same."""
    file = io.BytesIO()
    fax = scan.resize((1728, 1145)).convert("1")
    fax.save(file, "TIFF", compression="group4", dpi=(204, 98))
    picture = preview(renderer, file.getvalue())
    assert picture.width / picture.height == pytest.approx(1728 / 204 / (1145 / 98), rel=0.01)


def test_each_page_has_its_own(renderer: ConfinedRenderer, scan: Image.Image) -> None:
    """By number, whatever the order in which they are asked for."""
    original = tiff([scan, Image.new("L", scan.size, 255), scan.rotate(180)])
    pages = [preview(renderer, original, Page(number=number, source=Source.OCR)) for number in (3, 1, 2)]
    dark = [np.asarray(picture.convert("L")).min(axis=1) < 128 for picture in pages]
    assert dark[0][-95:-50].any()
    assert dark[1][50:95].any()
    assert not dark[2].any()


def test_a_text_file_has_no_picture(renderer: ConfinedRenderer) -> None:
    """There is nothing to see that its text does not say."""
    original = b"Compte rendu"
    assert renderer.preview(original, inspected(original), FIRST) == NotMade(code="no-picture")
