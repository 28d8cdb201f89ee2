"""What an OCR engine promises. Every engine passes `tests/contracts/engines.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Protocol, Self

from pipelines.read.raster import Gray


class Layout(IntEnum):
    """How an engine should look for lines, by Tesseract's numbers for page segmentation."""

    #: A page: one column of text of any sizes, which keeps rows of tables and letterheads whole.
    PAGE = 4
    #: An even block of text, such as a few lines cut from a page.
    BLOCK = 6
    #: Bits of text anywhere, in no order.
    SCATTERED = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """A word as an engine read it, in pixels of the picture it was given."""

    text: str = field(repr=False)
    left: int
    top: int
    right: int
    bottom: int
    #: 0 to 1.
    confidence: float

    def moved(self, across: int, down: int) -> Self:
        """Return the word on the page from which its picture was cut."""
        return replace(
            self, left=self.left + across, top=self.top + down, right=self.right + across, bottom=self.bottom + down
        )


#: The words of one line, left to right.
Line = Sequence[Glyphs]


class Engine(Protocol):
    """Reads pixels. Used by one thread at a time; keeps its model loaded from one page to the next."""

    def recognise(self, gray: Gray, dpi: float, layout: Layout) -> list[Line]:
        """Return the lines of a clean upright page, in reading order. The same pixels give the same words.

        Raises:
            ReaderFailed: The engine gave up.
        """
        ...
