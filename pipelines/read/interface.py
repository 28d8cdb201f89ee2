"""What a reader and an OCR engine promise. Each passes its suite in `tests/contracts/`."""

from collections.abc import Iterator
from typing import Protocol

from documents.inspection import Inspection
from documents.page import Page


class Reader(Protocol):
    """Reads pages."""

    def read(self, original: bytes, inspection: Inspection, first: int, last: int) -> Iterator[Page]:
        """Yield pages ``first`` to ``last`` (from 1, inclusive), in order, each as soon as it is read.

        Runs in a confined process with a time and memory limit per page. A page that cannot be read comes back with
        `Source.FAILED` and the code of its failure; it never stops the others. Reading twice gives the same text.

        Raises:
            Interrupted: The confined process could not be used for a reason of the world.
        """
        ...
