"""Replaying: a dead document goes back to the stage in which it died, with its attempts forgotten."""

from dataclasses import replace

from documents.document import Document
from documents.errors import WrongStage
from documents.event import Event
from documents.stage import Stage
from pipelines.services import Services


def replay(document: Document, by: str, services: Services) -> Document:
    """Put a dead document back to work.

    Raises:
        WrongStage: It is not dead.
        LeaseLost: Somebody else replayed it at the same moment.
    """
    if document.stage is not Stage.DEAD or document.died_in is None:
        raise WrongStage(document.id)
    after = replace(document, stage=document.died_in, died_in=None, reason=None, attempts=0)
    event = Event(at=services.now(), actor=f"person:{by}", action="replayed", document=document.id)
    return services.ledger.reopen(document, after, event)
