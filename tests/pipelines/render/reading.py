"""What a reader of PDFs finds in one: text, places, streams."""

import hashlib
import io

import pikepdf

from documents.inspection import Inspection
from documents.page import Box, Page
from pipelines.inspect.media_type import recognise
from pipelines.read.layer import TextLayer
from pipelines.read.sheets.pdf import PdfFile
from pipelines.render.interface import NotMade
from pipelines.render.renderer import ConfinedRenderer
from tests.pipelines.files import LETTER

#: A letter as long as letters are.
LONG = "\n".join([LETTER] * 6)


def inspected(original: bytes, pages: int = 1) -> Inspection:
    """Say what a file is."""
    return Inspection(media_type=recognise(original), pages=pages)


def searchable(renderer: ConfinedRenderer, original: bytes, *pages: Page) -> bytes:
    """Make the searchable PDF, which must succeed."""
    made = renderer.searchable(original, inspected(original, len(pages)), pages)
    assert not isinstance(made, NotMade), made.code
    return made


def layer_of(pdf: bytes, number: int = 1) -> TextLayer:
    """Return the text of a page."""
    layer = PdfFile(pdf).sheet(number).layer()
    assert layer is not None
    return layer


def shown_turned(pdf: bytes, degrees: int) -> bytes:
    """Return a PDF whose first page is shown turned clockwise."""
    file = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.pages[0].rotate(degrees, relative=True)
        document.save(file)
    return file.getvalue()


def streams(pdf: bytes) -> set[str]:
    """Return the digests of all streams, as they are compressed."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {
            hashlib.sha256(thing.read_raw_bytes()).hexdigest()
            for thing in document.objects
            if isinstance(thing, pikepdf.Stream) and thing.get("/Type") not in ("/ObjStm", "/XRef")
        }


def distance(one: Box, other: Box) -> float:
    """Return the largest distance of two boxes' edges, in fractions of the page."""
    return max(
        abs(one.left - other.left),
        abs(one.right - other.right),
        abs(one.top - other.top),
        abs(one.bottom - other.bottom),
    )
