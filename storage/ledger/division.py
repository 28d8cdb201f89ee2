"""How a stack becomes documents, and one document again: stack and pieces change at one moment (P4)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from documents.action import Action
from documents.document import Document
from documents.errors import WrongStage
from documents.event import Event
from documents.stage import Stage
from documents.work import Claim
from storage.ledger import admission, lookup, progress
from storage.ledger.transaction import Transaction

#: Pieces in these stages are out of reach: in a record, or pieces no more.
_OUT_OF_REACH: Final = frozenset({Stage.STORED, Stage.SPLIT})


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
        admission.enter(transaction, child, replace(event, action=Action.CUT, document=child.id, detail=before.id))
    return moved


def join(transaction: Transaction, before: Document, after: Document, event: Event) -> Document:
    """Withdraw a stack's pieces and reopen it. See `Ledger.join`."""
    joined = progress.reopen(transaction, before, after, event)
    # Who holds one of the pieces has its row locked: whatever it is about to become is seen after the lock.
    for child in lookup.children(transaction, before.id):
        progress.lock(transaction, child.id)
    for child in lookup.children(transaction, before.id):
        if child.stage in _OUT_OF_REACH:
            raise WrongStage(child.id)
        if child.stage is not Stage.WITHDRAWN:
            note = replace(event, action=Action.WITHDRAWN, document=child.id, detail=before.id)
            progress.withdraw(transaction, child, note)
    return joined
