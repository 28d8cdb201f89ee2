"""What every kind of file gives for each of its pages."""

from typing import Protocol

from documents.page import Box
from pipelines.read.layer import TextLayer
from pipelines.read.raster import Raster


class Sheet(Protocol):
    """One page of an original. Nothing is decoded before it is asked for."""

    def layer(self) -> TextLayer | None:
        """Return the text that the page carries; None when its kind carries none."""
        ...

    def pictures(self) -> tuple[Box, ...]:
        """Return where the page shows pictures."""
        ...

    def codes(self) -> tuple[Box, ...]:
        """Return where the page may show a two-dimensional code beside its text."""
        ...

    def raster(self, within: Box | None = None) -> Raster:
        """Return the page's pixels, upright as the file says, or those of a part of it.

        Raises:
            Refused: They cannot be decoded, or are beyond any budget.
        """
        ...


class Original(Protocol):
    """A document's pages."""

    def sheet(self, number: int) -> Sheet:
        """Return a page, from 1.

        Raises:
            Refused: There is no such page, or it is broken.
        """
        ...

    def close(self) -> None:
        """Let go of the document."""
        ...
