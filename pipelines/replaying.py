"""Replaying: a dead document goes back to where it died, a partial one to have its missing pages read again."""

from dataclasses import replace

from documents.action import Action
from documents.actor import Actor
from documents.document import Document
from documents.errors import WrongStage
from documents.event import Event
from documents.stage import Stage
from pipelines.services import Services


def read_again(document: Document, by: Actor, services: Services) -> Document:
    """Put a partial document back to have the pages read that could not be read; what was read stays (P31).

    Raises:
        WrongStage: It is not partial, or is being worked on.
        LeaseLost: Somebody else did so at the same moment.
    """
    if not document.partial or document.stage not in {Stage.STORED, Stage.REVIEW}:
        raise WrongStage(document.id)
    after = replace(document, stage=Stage.INSPECTED, revision=document.revision + 1, reason=None)
    event = Event(at=services.now(), actor=by, action=Action.REPLAYED, document=document.id, detail=Stage.READ)
    return services.ledger.reopen(document, after, event)


def replay(document: Document, by: Actor, services: Services) -> Document:
    """Put a dead document back to work.

    Raises:
        WrongStage: It is not dead.
        LeaseLost: Somebody else replayed it at the same moment.
    """
    if document.stage is not Stage.DEAD or document.died_in is None:
        raise WrongStage(document.id)
    after = replace(document, stage=document.died_in, died_in=None, reason=None, attempts=0)
    event = Event(at=services.now(), actor=by, action=Action.REPLAYED, document=document.id)
    return services.ledger.reopen(document, after, event)
