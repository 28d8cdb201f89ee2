"""Unsealing for a person's eyes: who looks and on what ground stands in the audit trail before anything is shown."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.document import DocumentId
from documents.event import Event
from storage.archive import Archive

#: Purpose under which the ground of an unsealing is itself sealed, followed by the document's id.
GROUND: Final = b"ground of an unsealing"


class Ground(StrEnum):
    """Why a person opens an original."""

    #: The patient is in their care.
    CARE = "care"
    #: To see whether it is filed rightly.
    FILING = "filing"
    #: The patient asks for it.
    REQUEST = "request"
    #: None of these; their own words say which.
    OTHER = "other"


def unsealed(  # noqa: PLR0913, PLR0917  one fact an argument
    document: DocumentId, what: str, by: Actor, why: str, at: datetime, archive: Archive
) -> Event:
    """Return the event to record before something of a document is shown.

    Args:
        document: The document.
        what: What of it is shown.
        by: The person who looks.
        why: The ground, in the person's words; it rests sealed.
        at: When.
        archive: Seals the ground.

    Raises:
        KeysUnavailable: The master key could not be used.
    """
    return Event(
        at=at,
        actor=by,
        action=Action.UNSEALED,
        document=document,
        detail=what,
        sealed_ground=archive.seal_note(GROUND + document.encode(), why.encode()),
    )
