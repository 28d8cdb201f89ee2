"""A paper before it has a look: its blocks in reading order, and everything that is true about it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

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


_CELL: Final = re.compile(r"\s*\|\s*")


def parse(text: str) -> tuple[Block, ...]:
    """Read blocks from marked text, a block a line; empty lines are dropped.

    ``# title``, ``## section``, ``### part``, ``- item``, ``label :: value``, ``| cell | cell``, ``|! head | head``,
    ``^ centred``, ``> right``, ``! bold``, ``... label`` (a gap to fill), ``---`` (a rule), ``===`` (a new page);
    anything else is a paragraph.
    """
    blocks: list[Block] = []
    for raw in text.splitlines():
        line = re.sub(r" +([.,)])", r"\1", re.sub(r"\s+", " ", raw)).strip()
        if line:
            _append(blocks, line)
    return tuple(blocks)


def _append(blocks: list[Block], line: str) -> None:
    last = blocks[-1] if blocks else None
    if line.startswith("|"):
        head = line.startswith("|!")
        cells = tuple(_CELL.split(line.removeprefix("|!").removeprefix("|").strip()))
        if head:
            blocks.append(Table(cells, ()))
        elif isinstance(last, Table) and len((last.head or last.rows[0])) == len(cells):
            blocks[-1] = Table(last.head, (*last.rows, cells))
        else:
            blocks.append(Table((), (cells,)))
    elif " :: " in line:
        label, _, value = line.partition(" :: ")
        row = (label, value)
        if isinstance(last, Fields):
            blocks[-1] = Fields((*last.rows, row))
        else:
            blocks.append(Fields((row,)))
    else:
        blocks.append(_simple(line))


def _simple(line: str) -> Block:
    if line == "---":
        return Divider()
    if line == "===":
        return PageBreak()
    mark, _, rest = line.partition(" ")
    match mark:
        case "#" | "##" | "###":
            return Heading(rest, len(mark) - 1)
        case "-":
            return Item(rest)
        case "^":
            return Paragraph(rest, Align.CENTRE)
        case ">":
            return Paragraph(rest, Align.RIGHT)
        case "!":
            return Paragraph(rest, bold=True)
        case "...":
            return Blank(rest)
        case _:
            return Paragraph(line[0].upper() + line[1:])


def plain(blocks: Iterable[Block]) -> str:
    """Return the text of blocks without a look: a line a block or a row."""
    lines: list[str] = []
    for block in blocks:
        lines.extend(_lines(block))
    return "\n".join(lines)


def _lines(block: Block) -> list[str]:
    match block:
        case Heading(text) | Paragraph(text):
            return [text]
        case Item(text):
            return [f"- {text}"]
        case Fields(rows):
            return [f"{label} : {value}" for label, value in rows]
        case Table(head, rows):
            return [" ".join(row) for row in ((head, *rows) if head else rows)]
        case Columns(left, right):
            return [*left, *right]
        case Letterhead(lines, _, aside):
            return [*lines, *aside]
        case Frame(lines) | Signature(lines):
            return list(lines)
        case Blank(label):
            return [f"{label} ....................".strip()]
        case Divider() | PageBreak():
            return []
