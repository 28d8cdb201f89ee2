"""Where a stack stands: as far as the least advanced of its pieces (P4)."""

from collections.abc import Iterator
from typing import Final

from documents.document import Document
from documents.stage import Stage
from storage.ledger.interface import Ledger

#: The stages, least advanced first; those that a person must mend come before those that are done.
_ORDER: Final = (
    Stage.RECEIVED,
    Stage.INSPECTED,
    Stage.READ,
    Stage.IDENTIFIED,
    Stage.CLASSIFIED,
    Stage.DEAD,
    Stage.REVIEW,
    Stage.REFUSED,
    Stage.STORED,
    Stage.MERGED,
    Stage.ERASED,
)


def leaves(document: Document, ledger: Ledger) -> Iterator[Document]:
    """Yield the documents that a document has become: itself, or its pieces and theirs, in the order of the pages.

    What was withdrawn from an earlier split is left out. A stack that was erased with one of its patients lives on in
    the pieces of the others.
    """
    cut = document.stage in {Stage.SPLIT, Stage.ERASED}
    pieces = [child for child in ledger.children(document.id) if child.stage is not Stage.WITHDRAWN] if cut else []
    for piece in pieces:
        yield from leaves(piece, ledger)
    if not pieces and document.stage is not Stage.SPLIT:
        yield document


def standing(document: Document, ledger: Ledger) -> Document:
    """Return the document that says how far a document has got: itself, or the least advanced of its pieces."""
    return min(leaves(document, ledger), key=lambda leaf: _ORDER.index(leaf.stage))
