"""An event: who did what to which document, when, on what ground. The audit trail is made of these."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from documents.action import Action
from documents.actor import Actor
from documents.document import DocumentId
from documents.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of the audit trail. Holds ids and codes; a ground in people's own words rests sealed."""

    at: datetime
    #: Who acted, and in what role.
    actor: Actor
    action: Action
    document: DocumentId | None = None
    #: A code that completes the action: the new stage, the reason, the failure.
    detail: str = ""
    #: Why, in the actor's words, sealed. None when the action needs no ground.
    sealed_ground: bytes | None = field(default=None, repr=False)


#: The stages that a document passed on its way, each with what tells so.
Passed = Sequence[tuple[Stage, Event]]
