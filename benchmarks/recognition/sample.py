"""The pages: scans of seven kinds, each as a PDF, as the image in it, and as the text that was printed."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import pypdfium2

from specimens import Form, generate

#: Seven kinds of degradation, as in the goals.
KINDS: Final = ("clean300", "light200", "light300", "medium200", "medium300", "fax200", "photo300")
FAX: Final = "fax200"
#: The media type of every page.
PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One scanned page: the PDF, the image in it, the truth."""

    kind: str
    pdf: bytes = field(repr=False)
    image: bytes = field(repr=False)
    truth: str = field(repr=False)


def samples(pages: int, seed: int) -> Iterator[Sample]:
    """Yield so many pages of each kind."""
    for number, kind in enumerate(KINDS):
        for made in generate(pages, seed + number, forms=(Form.SCANNED_PDF,), degradations=(kind,)):
            yield Sample(kind=kind, pdf=made.content, image=_image(made.content), truth=made.truth.pages[0])


def _image(pdf: bytes) -> bytes:
    """Return the scan in a PDF's first page as the file that a scanner would have given."""
    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    picture = next(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE])).get_bitmap().to_pil()
    dpi = picture.width / (page.get_width() / 72)
    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(dpi, dpi), compress_level=1)
    document.close()
    return file.getvalue()
