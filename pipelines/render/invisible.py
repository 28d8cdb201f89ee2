"""The invisible text of a page: its words as a PDF paints them, each where it was read, none to be seen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import hypot
from statistics import fmean, median
from typing import Final, Self

from documents.page import Word
from pipelines.render.frame import Frame
from pipelines.render.glyphless import DESCENT, WIDTH, GlyphlessFont, sayable

#: Neither filled nor stroked (ISO 32000-1, 9.3.6).
_INVISIBLE: Final = 3
_SMALLEST: Final = 1.0
#: Lines of scans slope by less: what slopes more is a line of two words of different height.
_MOST_SLOPE: Final = 0.1


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word in points of its upright page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def on(cls, frame: Frame, word: Word) -> Self:
        """Place a word."""
        box, width, height = word.box, frame.width, frame.height
        return cls(
            sayable(word.text), box.left * width, (1 - box.bottom) * height, box.right * width, (1 - box.top) * height
        )

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def center(self) -> float:
        return (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class _Row:
    """Words on one baseline."""

    words: Sequence[_Placed]
    #: Where its letters stand at the left edge of the page, on average, and how tall they are.
    bottom: float
    height: float
    slope: float

    @classmethod
    def through(cls, words: Sequence[_Placed], slope: float) -> Self:
        """Return the row that most of some words stand on."""
        bottom = median(word.bottom - slope * word.middle for word in words)
        top = median(word.top - slope * word.middle for word in words)
        return cls(words, bottom, max(top - bottom, _SMALLEST), slope)

    def holds(self, word: _Placed) -> bool:
        """Tell whether a word stands on this row, and not above or below it."""
        return abs(word.center - self.slope * word.middle - self.bottom - self.height / 2) <= self.height / 2

    def painted(self, font: GlyphlessFont, name: str) -> Iterator[str]:
        """Yield what paints the row, word after word with a space between."""
        along = hypot(1.0, self.slope)
        first = self.words[0]
        base = self.bottom - DESCENT / 1000 * self.height + self.slope * first.left
        cos, sin = 1 / along, self.slope / along
        yield f"{name} {self.height:.1f} Tf {cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {first.left:.1f} {base:.1f} Tm"
        place = first.left
        for word in self.words:
            step, place = word.left - place, word.left
            move = f"{step * along:.1f} 0 Td " if step else ""
            natural = len(word.text) * WIDTH / 1000 * self.height
            stretch = max(round(100 * along * (word.right - word.left) / natural), 1)
            text = word.text if word is self.words[-1] else word.text + " "
            yield f"{move}{stretch} Tz <{font.encoded(text)}> Tj"


def paint(words: Iterable[Word], frame: Frame, font: GlyphlessFont, name: str) -> bytes:
    """Return the operators that put words invisibly on a page; it leaves the graphics state as it was.

    Args:
        words: The words, by line and in reading order.
        frame: Where the upright page lies.
        font: A font that holds their characters.
        name: The font's name among the page's resources, with its slash.
    """
    lines = _lines(words, frame)
    slope = _slope(lines)
    rows = [row for line in lines for row in _rows(line, slope)]
    matrix = " ".join(f"{number:.5f}" for number in frame.matrix)
    painted = "\n".join(operator for row in rows for operator in row.painted(font, name))
    return f"q {matrix} cm BT {_INVISIBLE} Tr\n{painted}\nET Q\n".encode("ascii")


def _lines(words: Iterable[Word], frame: Frame) -> list[list[_Placed]]:
    lines: dict[int, list[_Placed]] = {}
    for word in words:
        placed = _Placed.on(frame, word)
        if placed.text:
            lines.setdefault(word.line, []).append(placed)
    return list(lines.values())


def _slope(lines: Iterable[Sequence[_Placed]]) -> float:
    """Return the one slope that all lines of a page fit best: a skewed scan has skewed lines."""
    rise = run = 0.0
    for words in lines:
        middle, center = fmean(word.middle for word in words), fmean(word.center for word in words)
        rise += sum((word.middle - middle) * (word.center - center) for word in words)
        run += sum((word.middle - middle) ** 2 for word in words)
    slope = rise / run if run else 0.0
    return slope if abs(slope) <= _MOST_SLOPE else 0.0


def _rows(line: Sequence[_Placed], slope: float) -> list[_Row]:
    """Return the row that a line stands on, and one for each word of it that stands elsewhere, such as a stamp."""
    row = _Row.through(line, slope)
    standing = [word for word in line if row.holds(word)]
    apart = [_Row.through([word], slope) for word in line if not row.holds(word)]
    return [replace(row, words=standing), *apart] if standing else apart
