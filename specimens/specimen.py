"""A specimen: the bytes of a synthetic document and everything that is true about it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from documents.patient import Ins, Traits
from documents.theme import Theme
from specimens.kind import Kind
from specimens.paper import Shown
from specimens.people import Establishment, Practitioner


class Making(StrEnum):
    """How pages came to be."""

    DIGITAL = "digital"
    SCAN = "scan"
    MIXED = "mixed"


class Form(StrEnum):
    """A form of file."""

    #: A born-digital PDF.
    DIGITAL = "digital"
    #: A PDF that holds images only.
    SCANNED_PDF = "scanned-pdf"
    #: A PDF of which some pages are born-digital and some images.
    MIXED = "mixed"
    TIFF = "tiff"
    #: One page; of a longer paper, the first.
    JPEG = "jpeg"
    #: One page; of a longer paper, the first.
    PNG = "png"

    @property
    def media_type(self) -> str:
        """Its media type."""
        return _FORMS[self][0]

    @property
    def suffix(self) -> str:
        """The end of its file names, with the dot."""
        return _FORMS[self][1]

    @property
    def making(self) -> Making:
        """How its pages came to be."""
        return _FORMS[self][2]


_FORMS: Final = MappingProxyType(
    {
        Form.DIGITAL: ("application/pdf", ".pdf", Making.DIGITAL),
        Form.SCANNED_PDF: ("application/pdf", ".pdf", Making.SCAN),
        Form.MIXED: ("application/pdf", ".pdf", Making.MIXED),
        Form.TIFF: ("image/tiff", ".tif", Making.SCAN),
        Form.JPEG: ("image/jpeg", ".jpg", Making.SCAN),
        Form.PNG: ("image/png", ".png", Making.SCAN),
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true about a document."""

    #: The text of each page: the lines drawn, in reading order, separated by newlines.
    pages: tuple[str, ...] = field(repr=False)
    ins: Ins = field(repr=False)
    #: All traits of the patient; the document may print fewer, see `shown`.
    traits: Traits = field(repr=False)
    #: The ways in which the document says whose it is.
    shown: frozenset[Shown]
    practitioner: Practitioner
    establishment: Establishment
    #: Official type code.
    type_code: str
    theme: Theme
    #: When the act took place.
    act_date: date = field(repr=False)
    #: When it was written or printed.
    written_on: date = field(repr=False)

    @property
    def text(self) -> str:
        """The text of all pages."""
        return "\n".join(self.pages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """One synthetic document."""

    #: File name: seed, number, kind.
    name: str
    kind: Kind
    content: bytes = field(repr=False)
    #: Media type of the content.
    media_type: str
    form: Form
    #: Name of the degradation of its scanned pages; None when born-digital.
    degradation: str | None = None
    #: How far the scanned pages lie turned, clockwise, in degrees.
    turned: int = 0
    #: The pages that are images, from 1.
    scanned: frozenset[int] = frozenset()
    truth: Truth
