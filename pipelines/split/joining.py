"""Joining: a stack that was cut wrongly is one document again, as long as none of its pieces is in a record (P33)."""

from documents.action import Action
from documents.actor import Actor
from documents.document import Document
from documents.errors import WrongStage
from documents.event import Event
from documents.stage import Stage
from pipelines.services import Services
from pipelines.settling import Settlement, with_decision


def join(document: Document, by: Actor, services: Services) -> Document:
    """Withdraw a stack's pieces and send the stack through the steps again as one document, which it stays.

    Raises:
        WrongStage: It is no split stack, or a piece is stored or was split itself: correct that one first.
        LeaseLost: Somebody else changed it at the same moment; look at it again.
    """
    if document.stage is not Stage.SPLIT or document.pages is None:
        raise WrongStage(document.id)
    settlement = Settlement(runs=((1, document.pages),), by=by)
    event = Event(at=services.now(), actor=by, action=Action.JOINED, document=document.id)
    return services.ledger.join(document, with_decision(document, settlement, services), event)
