"""Marks on a page: what a layout puts down and a printer draws. In points, from the lower left corner of an A4 page."""

from dataclasses import dataclass, field
from typing import Final

from specimens.style import BLACK, Colour

PAGE_WIDTH: Final = 595.28
PAGE_HEIGHT: Final = 841.89


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A run of text on one baseline."""

    x: float
    y: float
    text: str = field(repr=False)
    font: str
    size: float
    colour: Colour = BLACK
    #: Number of the line that it belongs to: runs of one line are read as one.
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle, filled or outlined."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour
    filled: bool = False
    stroke: float = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    colour: Colour = BLACK
    stroke: float = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrawl:
    """A signature: a curve through points."""

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A two-dimensional code; y is its lower edge."""

    x: float
    y: float
    side: float
    payload: bytes = field(repr=False)


Mark = Text | Box | Rule | Scrawl | Matrix


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its marks in reading order."""

    marks: tuple[Mark, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """The text of the page: a line a baseline, in reading order."""
        lines: dict[int, list[str]] = {}
        for mark in self.marks:
            if isinstance(mark, Text):
                lines.setdefault(mark.line, []).append(mark.text)
        return "\n".join(" ".join(runs) for runs in lines.values())
