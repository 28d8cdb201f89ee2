"""Decisions: stored documents whose type a person named. They are labelled data that never leaves memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from documents.action import Action
from documents.actor import Actor
from documents.arrival import Declaration
from documents.document import Document, DocumentId
from documents.event import Event
from documents.page import Page
from documents.role import Role
from documents.stage import Stage
from documents.theme import Theme
from documents.type_codes import type_code
from pipelines.declaring import declaration_from_json
from pipelines.history import history
from pipelines.read.step import pages_of
from pipelines.services import Services
from pipelines.settling import settlement_of
from storage.archive import Archive

#: One decision in so many is frozen: never learned from, always measured by.
FROZEN_ONE_IN = 5
#: What the audit trail says of an unsealing for learning.
PURPOSE = "learning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """What a classifier reads, with the type that it is known to be. Its content never prints."""

    pages: Sequence[Page] = field(repr=False)
    declared: Declaration = field(default_factory=Declaration, repr=False)
    #: The official type.
    type_code: str

    @property
    def theme(self) -> Theme:
        """The theme that follows from the type."""
        return type_code(self.type_code).theme

    @property
    def text(self) -> str:
        """All its pages' text."""
        return "\n".join(page.text for page in self.pages)


def decisions(services: Services, by: Actor, *, frozen: bool) -> Iterator[Labelled]:
    """Unseal stored documents whose type a person named, newest first. Each unsealing is on record before it happens.

    Args:
        services: What the pipeline works with.
        by: The person on whose order it is done.
        frozen: Those kept for measuring, or those kept for learning.

    Raises:
        Tampered: What rests was altered.
        Interrupted: Ledger, store or keys failed.
    """
    for document in history(services.ledger, stage=Stage.STORED):
        if not _may_be_decided(document) or is_frozen(document.id, services.archive) is not frozen:
            continue
        services.ledger.record(
            Event(at=services.now(), actor=by, action=Action.UNSEALED, document=document.id, detail=PURPOSE)
        )
        settlement = settlement_of(document, services)
        if settlement is None or settlement.type_code is None:
            continue
        declared = services.archive.open(document.id, document.required(Role.DECLARATION))
        yield Labelled(
            pages=pages_of(document, services),
            declared=declaration_from_json(declared),
            type_code=settlement.type_code,
        )


def is_frozen(document: DocumentId, archive: Archive) -> bool:
    """Tell whether a document is kept for measuring: for ever the same answer, and nobody's choice."""
    return archive.masters.pseudonym("frozen set", document.encode())[0] % FROZEN_ONE_IN == 0


def _may_be_decided(document: Document) -> bool:
    """Tell from the ledger alone whether a settlement may name a type: only then is anything unsealed."""
    return document.latest(Role.SETTLEMENT) is not None and document.confidence == 1.0
