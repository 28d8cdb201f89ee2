"""Tabulation: widths of the columns of a table, so that every cell stands on as few lines as the page allows."""

from collections.abc import Sequence
from dataclasses import dataclass

from specimens.fonts import width, wrap
from specimens.paper import Table
from specimens.style import Style

#: A cell: its lines.
Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table fitted to a width. Lengths in points."""

    size: float
    width: float
    #: Where each column begins, from the left edge.
    offsets: tuple[float, ...]
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


def fit(table: Table, style: Style, room: float) -> Grid:
    """Fit a table: a smaller size first, then the widest column is broken over lines."""
    every = (table.head, *table.rows) if table.head else table.rows
    for size in (style.size, style.size - 1, style.size - 2, 7):
        natural = [max(width(row[c], style.body.bold, size) for row in every) + 12 for c in range(len(every[0]))]
        if sum(natural) <= room:
            break
    widths = _widths(natural, room)
    offsets = tuple(sum(widths[:c]) for c in range(len(widths)))

    def cells(row: Sequence[str]) -> tuple[Cell, ...]:
        return tuple((*wrap(text, style.body.bold, size, w - 8),) for text, w in zip(row, widths, strict=True))

    return Grid(
        size=size,
        width=sum(widths),
        offsets=offsets,
        head=cells(table.head) if table.head else (),
        rows=tuple(cells(row) for row in table.rows),
    )


def _widths(natural: Sequence[float], room: float) -> list[float]:
    """Spread the columns over the room; when it is too narrow the widest one gives way."""
    widths = list(natural)
    spare = room - sum(widths)
    if spare >= 0:
        return [w + spare / len(widths) * 0.9 for w in widths]
    widest = widths.index(max(widths))
    widths[widest] = max(widths[widest] + spare, room * 0.25)
    over = sum(widths) - room
    return widths if over <= 0 else [w * room / sum(widths) for w in widths]
