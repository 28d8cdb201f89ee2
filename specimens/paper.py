"""A paper before it has a look: its blocks in reading order, and everything that is true about it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from documents.theme import Theme
from specimens.kind import Kind
from specimens.people import Establishment, Patient, Practitioner


class Align(StrEnum):
    """Where a paragraph stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Heading:
    """A title (level 0), the head of a section (1) or of a part of it (2)."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list."""

    text: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Labels with their values, one under another."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the head may be empty."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A rule across the page."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Two blocks of lines that may stand side by side: the left one is read first."""

    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: its first lines are set off."""

    lines: tuple[str, ...]
    #: How many of the first lines are set off.
    strong: int = 1
    #: Lines in a column of their own, such as the list of a service's doctors.
    aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """Lines in a box, such as the identity of the patient, with an INS Datamatrix beside them or not."""

    lines: tuple[str, ...]
    datamatrix: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Signature:
    """The lines over a signature scrawl."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blank:
    """A dotted gap to be filled by hand, after a label."""

    label: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The rest goes on a new page."""


Block = (
    Heading | Paragraph | Item | Fields | Table | Divider | Columns | Letterhead | Frame | Signature | Blank | PageBreak
)


class Shown(StrEnum):
    """A way in which a paper says whose it is."""

    DATAMATRIX = "datamatrix"
    MATRICULE = "matricule"
    TRAITS = "traits"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper: what is on it and what is true about it."""

    kind: Kind
    type_code: str
    theme: Theme
    patient: Patient = field(repr=False)
    author: Practitioner
    establishment: Establishment
    #: When the act took place.
    act_date: date = field(repr=False)
    #: When it was written or printed: the act's day or later.
    written_on: date = field(repr=False)
    #: The ways in which it says whose it is.
    shown: frozenset[Shown]
    blocks: tuple[Block, ...] = field(repr=False)
    #: At the bottom of each page.
    footer: tuple[str, ...] = field(default=(), repr=False)
    #: At the top of each page after the first.
    running_head: str = field(default="", repr=False)
