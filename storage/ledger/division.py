"""How a stack becomes documents: the stack moves to its last stage and its pieces enter, at one moment (P4)."""

from collections.abc import Sequence
from dataclasses import replace

from documents.document import Document
from documents.event import Event
from documents.work import Claim
from storage.ledger import admission, progress
from storage.ledger.transaction import Transaction


def divide(  # noqa: PLR0913, PLR0917  one change, all of which is told by its caller
    transaction: Transaction,
    claim: Claim,
    before: Document,
    after: Document,
    children: Sequence[Document],
    event: Event,
) -> Document:
    """Move a document on and admit its pieces. See `Ledger.divide`."""
    moved = progress.move(transaction, claim, before, after, event)
    for child in children:
        admission.enter(transaction, child, replace(event, action="cut", document=child.id, detail=before.id))
    return moved
