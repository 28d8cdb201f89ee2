"""Unlocking: a document that was refused for want of a password goes on once somebody gives it (P36)."""

from dataclasses import replace

from documents.action import Action
from documents.actor import Actor
from documents.document import Document
from documents.errors import NeedsPassword, WrongStage
from documents.event import Event
from documents.role import Role
from documents.stage import Stage
from pipelines.services import Services


def unlock(document: Document, password: str, by: Actor, services: Services) -> Document:
    """Seal an unlocked copy beside the original, which stays as received, and put the document back to work.

    Raises:
        NeedsPassword: It is not the password.
        WrongStage: The document was not refused for want of one.
        LeaseLost: Somebody else unlocked it at the same moment.
        Interrupted: Stores, keys or the confined process failed; try again.
    """
    if document.stage is not Stage.REFUSED or document.reason != NeedsPassword.code:
        raise WrongStage(document.id)
    original = services.archive.open(document.id, document.required(Role.ORIGINAL))
    unlocked = services.skills.inspector.unlock(original, password)
    revision = document.revision + 1
    sealed = services.archive.derive(document.id, Role.UNLOCKED, unlocked, revision=revision)
    after = replace(document.holding(sealed), stage=Stage.RECEIVED, revision=revision, reason=None)
    event = Event(at=services.now(), actor=by, action=Action.UNLOCKED, document=document.id)
    return services.ledger.reopen(document, after, event)
