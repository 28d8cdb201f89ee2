"""What an identifier promises. Every identifier passes `tests/contracts/identifiers.py`."""

from collections.abc import Sequence
from typing import Protocol

from documents.arrival import Declaration
from documents.identification import Identification
from documents.page import Page


class Identifier(Protocol):
    """Decides whose document it is."""

    def identify(self, pages: Sequence[Page], declared: Declaration) -> Identification:
        """Weigh the evidence on the pages against what the feeder declared.

        A pure function: same input, same answer. Two pieces of evidence that disagree are always a conflict.
        """
        ...
