"""Discarding: a person gives a dead document up; its feeder is told, its sealed original stays as long as any."""

from dataclasses import replace
from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.document import Document
from documents.errors import Discarded, WrongStage
from documents.event import Event
from documents.stage import Stage
from pipelines.services import Services

#: Purpose under which the ground of a discarding is sealed, followed by the document's id.
GROUND: Final = b"ground of a discarding"


def discard(document: Document, by: Actor, why: str, services: Services) -> Document:
    """Refuse a document on which every attempt failed. Nothing that rests of it is removed: see its retention.

    Raises:
        WrongStage: It is not dead.
        LeaseLost: Somebody else replayed or discarded it at the same moment.
        KeysUnavailable: The ground could not be sealed; nothing is changed.
    """
    if document.stage is not Stage.DEAD or document.died_in is None:
        raise WrongStage(document.id)
    event = Event(
        at=services.now(),
        actor=by,
        action=Action.DISCARDED,
        document=document.id,
        detail=document.reason or "",
        sealed_ground=services.archive.seal_note(GROUND + document.id.encode(), why.encode()),
    )
    after = replace(document, stage=Stage.REFUSED, reason=Discarded.code, died_in=None)
    return services.ledger.reopen(document, after, event)
