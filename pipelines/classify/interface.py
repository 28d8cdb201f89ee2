"""What a classifier promises. Every classifier passes `tests/contracts/classifiers.py`."""

from collections.abc import Sequence
from typing import Protocol

from documents.arrival import Declaration
from documents.classification import Classification
from documents.page import Page


class Classifier(Protocol):
    """Decides what a document is."""

    def classify(self, pages: Sequence[Page], declared: Declaration) -> Classification:
        """Rank the official types for a document.

        A pure function: same input, same answer. Never abstains from ranking; `Classification.accepted` says whether
        the best guess may be filed without a person.
        """
        ...
