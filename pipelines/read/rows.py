"""Rows put together again: an engine breaks a row at wide gaps and tells the pieces in an order of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipelines.read.engines.interface import Glyphs, Line

#: Share of the lower piece's height by which pieces of one row overlap.
_ONE_ROW = 0.5
#: Share of the shorter piece's width by which pieces of one row may overlap: more is print over print.
_ASIDE = 0.2
#: Gap, in heights, under which two pieces are one broken word.
_BROKEN = 0.3
#: The same between a name and the dots that lead from it.
_LED = 0.6


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line as the engine gave it, and the rectangle around it."""

    line: Line
    left: int
    top: int
    right: int
    bottom: int


def rows_of(lines: Sequence[Line]) -> list[Line]:
    """Return the rows of one column from top to bottom, each from left to right."""
    rows: list[list[_Piece]] = []
    for piece in sorted((_piece(line) for line in lines if line), key=lambda piece: piece.top + piece.bottom):
        row = next((row for row in reversed(rows[-4:]) if all(_stand_beside(piece, other) for other in row)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    return [_joined(sorted(row, key=lambda piece: piece.left)) for row in rows]


def _piece(line: Line) -> _Piece:
    return _Piece(
        line,
        min(word.left for word in line),
        min(word.top for word in line),
        max(word.right for word in line),
        max(word.bottom for word in line),
    )


def _stand_beside(one: _Piece, other: _Piece) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    over = min(one.right, other.right) - max(one.left, other.left)
    low = min(one.bottom - one.top, other.bottom - other.top)
    narrow = min(one.right - one.left, other.right - other.left)
    return shared >= _ONE_ROW * low and over <= _ASIDE * narrow


def _joined(pieces: Sequence[_Piece]) -> Line:
    words: list[Glyphs] = list(pieces[0].line)
    for piece in pieces[1:]:
        first, *others = piece.line
        last = words[-1]
        if _continues(last, first):
            words[-1] = replace(
                last,
                text=last.text + first.text,
                top=min(last.top, first.top),
                right=first.right,
                bottom=max(last.bottom, first.bottom),
                confidence=min(last.confidence, first.confidence),
            )
        else:
            words.append(first)
        words += others
    return words


def _continues(last: Glyphs, first: Glyphs) -> bool:
    gap = (first.left - last.right) / max(last.bottom - last.top, 1)
    if not first.text.strip("."):
        return gap < _LED
    return gap < _BROKEN and last.text.isalpha() and first.text.isalpha()
