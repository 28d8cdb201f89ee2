"""What an identifier promises. Every identifier passes `tests/contracts/identifiers.py`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from documents.arrival import Declaration
from documents.identification import Identification
from documents.page import Page
from documents.patient import Ins


class Identifier(Protocol):
    """Decides whose document it is."""

    def identify(
        self,
        pages: Sequence[Page],
        declared: Declaration,
        received: date | None = None,
        header: Declaration | None = None,
        renamed: Mapping[Ins, Ins] | None = None,
    ) -> Identification:
        """Weigh the evidence on the pages against what the feeder declared.

        A pure function: same input, same answer. Two pieces of evidence that disagree are always a conflict.

        Args:
            pages: The document's pages.
            declared: What its feeder says of it, completed by its header.
            received: The day on which it came, in France: nothing on it happened later. None: today.
            header: What its own header declares: a claim beside the feeder's, with which it must agree.
            renamed: Numbers for which others stand now, by a merge: both are one patient's.
        """
        ...
