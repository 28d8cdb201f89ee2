"""Settling: what a person decides in review, and how the document goes back to work with it."""

import json
from dataclasses import dataclass, field, replace

from documents.document import Document
from documents.errors import WrongStage
from documents.event import Event
from documents.patient import Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.fields import ins_from_fields, ins_to_fields
from pipelines.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a person decided about a document. What is None is left to the pipeline."""

    ins: Ins | None = field(default=None, repr=False)
    type_code: str | None = None
    #: Login of the person.
    by: str


def settlement_of(document: Document, services: Services) -> Settlement | None:
    """Return the latest settlement of a document, or None where no person has decided anything."""
    sealed = document.object(Role.SETTLEMENT)
    if sealed is None:
        return None
    fields = json.loads(services.archive.open(document.id, sealed))
    return Settlement(ins=ins_from_fields(fields["ins"]), type_code=fields["type_code"], by=fields["by"])


def settle(document: Document, settlement: Settlement, services: Services) -> Document:
    """Seal a person's decision and put the document back to work; earlier decisions stand where this one is silent.

    Raises:
        WrongStage: The document is not in review.
        LeaseLost: Somebody else settled it at the same moment; look at it again.
    """
    if document.stage is not Stage.REVIEW:
        raise WrongStage(document.id)
    earlier = settlement_of(document, services)
    if earlier is not None:
        settlement = replace(
            settlement,
            ins=settlement.ins or earlier.ins,
            type_code=settlement.type_code or earlier.type_code,
        )
    fields = {"ins": ins_to_fields(settlement.ins), "type_code": settlement.type_code, "by": settlement.by}
    revision = document.revision + 1
    sealed = services.archive.keep(document.id, Role.SETTLEMENT, json.dumps(fields).encode(), revision=revision)
    after = replace(document.holding(sealed), stage=Stage.READ, revision=revision, reason=None)
    event = Event(at=services.now(), actor=f"person:{settlement.by}", action="settled", document=document.id)
    return services.ledger.reopen(document, after, event)
