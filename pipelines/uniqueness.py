"""One document under one unique id: what came another way is refused, what differs under the same id is asked about."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from documents.arrival import Declaration
from documents.document import Document
from documents.role import Role
from documents.stage import Stage
from pipelines.declaring import declaration_of
from pipelines.services import Services
from pipelines.settling import settlement_of

#: Another document came under the unique id of one that is known (IHE calls it non-identical, and an error).
REUSED: Final = "unique-id-reused"

#: What was kept from the record leaves its name to whoever comes next.
_GONE: Final = frozenset({Stage.REFUSED, Stage.WITHDRAWN, Stage.ERASED})


def came_before(document: Document, said: Declaration, services: Services) -> bool:
    """Tell whether the same bytes came before under the same unique id, by another feeder.

    The same bytes of one feeder are one document from the start: see `pipelines.receive`.
    """
    other = _owner(document, said, services)
    if other is None or other.size != document.size:
        return False
    return _original(other, services) == _original(document, services)


def unless_reused(step: Callable[[Document, Services], Document]) -> Callable[[Document, Services], Document]:
    """Return a step that sends what bears another document's unique id to a person, and leaves the rest to a step.

    What a person has decided on since stands.
    """

    def ask_or(document: Document, services: Services) -> Document:
        decided = settlement_of(document, services) is not None
        if decided or _owner(document, declaration_of(document, services), services) is None:
            return step(document, services)
        return replace(document, stage=Stage.REVIEW, reason=REUSED)

    return ask_or


def _owner(document: Document, said: Declaration, services: Services) -> Document | None:
    """Return the other document that a unique id belongs to; None where it is this one's, or nobody's that counts."""
    if said.unique_id is None:
        return None
    owner = services.ledger.own(services.archive.unique_name(said.unique_id), document.id)
    other = services.ledger.document(owner)
    return None if owner == document.id or other.stage in _GONE else other


def _original(document: Document, services: Services) -> bytes:
    return services.archive.open(document.id, document.required(Role.ORIGINAL))
