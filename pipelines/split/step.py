"""Before READ -> IDENTIFIED: a document that may be a stack waits for a person; one that is one document goes on."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from documents.document import Document
from documents.stage import Stage
from pipelines.services import Services
from pipelines.split.pieces import division_of

#: Several documents seem to be in one file, and no separator sheet says so.
PROPOSED: Final = "split-proposed"
#: The file holds several documents and cannot be cut.
IMPOSSIBLE: Final = "split-impossible"


def unless_split(step: Callable[[Document, Services], Document]) -> Callable[[Document, Services], Document]:
    """Return a step that sends what may be several documents to a person, and leaves the rest to another step.

    What certainly is a stack was cut before (`pipelines.split.pieces.pieces_of`): here it is one that cannot be.
    """

    def ask_or(document: Document, services: Services) -> Document:
        division = division_of(document, services)
        if division is None:
            return step(document, services)
        return replace(document, stage=Stage.REVIEW, reason=IMPOSSIBLE if division.certain else PROPOSED)

    return ask_or
