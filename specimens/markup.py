"""Markup: blocks read from lightly marked text, and written back as plain text."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from specimens.paper import (
    Align,
    Blank,
    Block,
    Columns,
    Divider,
    Fields,
    Frame,
    Heading,
    Item,
    Letterhead,
    PageBreak,
    Paragraph,
    Signature,
    Table,
)

_CELL: Final = re.compile(r"\s*\|\s*")

#: Blocks that are a line of their own.
_WHOLE: Final[Mapping[str, Block]] = MappingProxyType({"---": Divider(), "===": PageBreak()})

#: What a line is, by the mark before it.
_MARKED: Final[Mapping[str, Callable[[str], Block]]] = MappingProxyType(
    {
        "#": partial(Heading, level=0),
        "##": partial(Heading, level=1),
        "###": partial(Heading, level=2),
        "-": Item,
        "^": partial(Paragraph, align=Align.CENTRE),
        ">": partial(Paragraph, align=Align.RIGHT),
        "=": Paragraph,
        "!": partial(Paragraph, bold=True),
        "...": Blank,
    }
)


def parse(text: str) -> tuple[Block, ...]:
    """Read blocks from marked text, a block a line; empty lines are dropped.

    ``# title``, ``## section``, ``### part``, ``- item``, ``label :: value``, ``| cell | cell``, ``|! head | head``,
    ``^ centred``, ``> right``, ``! bold``, ``= as it is``, ``... label`` (a gap to fill), ``---`` (a rule), ``===``
    (a new page); anything else is a paragraph that begins with a capital.
    """
    blocks: list[Block] = []
    for raw in text.splitlines():
        line = _closed(raw)
        if line:
            _append(blocks, line)
    return tuple(blocks)


def _closed(raw: str) -> str:
    """Close the gaps that empty choices leave."""
    line = re.sub(r"\s+", " ", raw).strip()
    return re.sub(r",\.", ".", re.sub(r" +([.,)])", r"\1", line))


def _append(blocks: list[Block], line: str) -> None:
    last = blocks[-1] if blocks else None
    if line.startswith("|"):
        head = line.startswith("|!")
        cells = tuple(_CELL.split(line.removeprefix("|!").removeprefix("|").strip()))
        if head:
            blocks.append(Table(cells, ()))
        elif isinstance(last, Table) and len(last.head or last.rows[0]) == len(cells):
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
    if line in _WHOLE:
        return _WHOLE[line]
    mark, _, rest = line.partition(" ")
    if mark in _MARKED:
        return _MARKED[mark](rest)
    return Paragraph(line[0].upper() + line[1:])


def plain(blocks: Iterable[Block]) -> str:
    """Return the text of blocks without a look: a line a block or a row."""
    lines: list[str] = []
    for block in blocks:
        lines.extend(_lines(block))
    return "\n".join(lines)


def _lines(block: Block) -> list[str]:  # noqa: PLR0911 - one case a kind of block
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
