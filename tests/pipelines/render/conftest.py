"""A letter as a scan, with its words as they would be read, and a renderer kept warm."""

import io
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2
import pytest
from PIL import Image

from documents.page import Page, Source
from pipelines.inspect import pictures
from pipelines.read.sheets.pdf import PdfFile
from pipelines.render.renderer import ConfinedRenderer
from tests.pipelines.files import letter_pdf
from tests.pipelines.render.reading import LONG


@pytest.fixture(scope="session")
def renderer() -> Iterator[ConfinedRenderer]:
    """Give a renderer."""
    pictures.prepare()
    renderer = ConfinedRenderer()
    yield renderer
    renderer.close()


@pytest.fixture(scope="session")
def scan() -> Image.Image:
    """Give the letter as a scanner sees it."""
    document = pypdfium2.PdfDocument(letter_pdf(LONG))
    picture: Image.Image = document[0].render(scale=200 / 72, grayscale=True).to_pil().convert("L")
    document.close()
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return Image.open(buffer)


@pytest.fixture(scope="session")
def page() -> Page:
    """Give the scan as it would be read: the letter's own words, in their places."""
    layer = PdfFile(letter_pdf(LONG)).sheet(1).layer()
    assert layer is not None
    words = tuple(replace(word, confidence=0.9) for word in layer.words)
    return Page(number=1, source=Source.OCR, text=layer.text, words=words, confidence=0.9)
