"""Deciding: a person's answer to a proposed split, as runs of pages."""

import re
from itertools import pairwise
from typing import Final

from documents.document import Document
from pipelines.services import Services
from pipelines.split.pieces import division_of

_RUN: Final = re.compile(r" *(\d{1,4})(?: *- *(\d{1,4}))? *")


def runs_from(answer: str, document: Document, services: Services) -> tuple[tuple[int, int], ...]:
    """Return the runs of pages that an answer means.

    Args:
        answer: ``yes`` for the split that was proposed, ``no`` for one document, or runs such as ``1-2,4-6``; pages in
            none of them are left out of every piece.
        document: The document, read.
        services: Where its pages rest.

    Raises:
        ValueError: Nothing was proposed, or these are no runs of its pages in their order.
    """
    pages = document.pages or 0
    if answer == "no":
        return ((1, pages),)
    if answer == "yes":
        division = division_of(document, services)
        if division is None:
            raise ValueError("no split was proposed: say which pages, such as 1-2,3-4")
        return tuple((run.first, run.last) for run in division.runs)
    found = [_RUN.fullmatch(one) for one in answer.split(",")]
    runs = tuple((int(run[1]), int(run[2] or run[1])) for run in found if run)
    apart = all(last < first for (_, last), (first, _) in pairwise(runs))
    if len(runs) != len(found) or not apart or not all(1 <= first <= last <= pages for first, last in runs):
        raise ValueError(f"say yes, no, or runs of the {pages} pages in their order, such as 1-2,3-4")
    return runs
