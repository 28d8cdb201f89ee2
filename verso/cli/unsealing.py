"""Unsealing for a person's eyes: who looks and why is asked, and stands in the audit trail before anything is shown."""

import getpass
from typing import Annotated

import typer

from documents.actor import Actor
from documents.document import DocumentId
from documents.event import Event
from pipelines.unsealing import unsealed
from storage.archive import Archive
from verso.bootstrap import now

Who = Annotated[str, typer.Option(prompt="Who are you", help="Your login.", default_factory=getpass.getuser)]
Why = Annotated[str, typer.Option(prompt="Why do you open it", help="The ground; it is recorded, sealed.")]


def unsealing(document: DocumentId, what: str, who: str, why: str, archive: Archive) -> Event:
    """Return the event to record before something of a document is shown.

    Args:
        document: The document.
        what: What of it is shown.
        who: Login of the person who looks.
        why: The ground, in the person's words; it rests sealed.
        archive: Seals the ground.

    Raises:
        KeysUnavailable: The master key could not be used.
    """
    return unsealed(document, what, Actor.operator(who), why, now(), archive)
