"""What a reader and an OCR engine promise. Each passes its suite in `tests/contracts/`."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Protocol

from documents.inspection import Inspection
from documents.page import Page

#: No person has said how any page lies.
AS_FOUND: Final[Mapping[int, int]] = MappingProxyType({})


class Reader(Protocol):
    """Reads pages."""

    def read(
        self, original: bytes, inspection: Inspection, first: int, last: int, turns: Mapping[int, int] = AS_FOUND
    ) -> Iterator[Page]:
        """Yield pages ``first`` to ``last`` (from 1, inclusive), in order, each as soon as it is read.

        Runs in a confined process with a time and memory limit per page. A page that cannot be read comes back with
        `Source.FAILED` and the code of its failure; it never stops the others. Reading twice gives the same text.

        Args:
            original: The file.
            inspection: What it is.
            first: The first page to read.
            last: The last one.
            turns: The turns that make pages upright, clockwise in degrees, where a person has said so: these are not
                looked for. Of other pages the reader finds out by itself.

        Raises:
            Interrupted: The confined process could not be used for a reason of the world.
        """
        ...
