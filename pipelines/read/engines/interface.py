"""What an OCR engine promises. Every engine passes `tests/contracts/engines.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

from pipelines.read.ink import Ink
from pipelines.read.raster import Raster
from pipelines.read.region import Region


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

    def recognise(self, page: Raster, ink: Ink, regions: Sequence[Region]) -> list[list[Line]]:
        """Return the lines in each region of a clean upright page, in no order, broken at wide gaps or not.

        The same pixels give the same words.

        Args:
            page: Its pixels.
            ink: Its ink, as `ink_of` finds it.
            regions: The parts to read, one by one.

        Raises:
            ReaderFailed: The engine gave up.
        """
        ...
