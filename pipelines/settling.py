"""Settling: what a person decides in review, and how the document goes back to work with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from documents.action import Action
from documents.actor import Actor, ActorRole
from documents.document import Document
from documents.errors import WrongStage
from documents.event import Event
from documents.patient import Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.fields import day_from_text, day_to_text, ins_from_fields, ins_to_fields
from pipelines.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a person decided about a document. What is None is left to the pipeline."""

    ins: Ins | None = field(default=None, repr=False)
    type_code: str | None = None
    #: The day of the act.
    act_date: date | None = field(default=None, repr=False)
    #: Runs of pages (first and last, from 1) that are each a document; all pages in one run: it is one document.
    runs: tuple[tuple[int, int], ...] = ()
    #: Pages and the turns that make them upright, clockwise in degrees, from how the file shows them.
    turns: tuple[tuple[int, int], ...] = ()
    #: The person.
    by: Actor


def settlement_of(document: Document, services: Services) -> Settlement | None:
    """Return the latest settlement of a document, or None where no person has decided anything."""
    sealed = document.latest(Role.SETTLEMENT)
    if sealed is None:
        return None
    fields = json.loads(services.archive.open(document.id, sealed))
    return Settlement(
        ins=ins_from_fields(fields["ins"]),
        type_code=fields["type_code"],
        # What was sealed before days could be settled, or pages turned, says nothing of either.
        act_date=day_from_text(fields.get("act_date")),
        runs=tuple((first, last) for first, last in fields["runs"]),
        turns=tuple((page, degrees) for page, degrees in fields.get("turns", ())),
        by=_person_from(fields),
    )


def turns_of(document: Document, services: Services) -> Mapping[int, int]:
    """Return how pages lie where a person has said so: by page, the turn that makes it upright."""
    settlement = settlement_of(document, services)
    return dict(settlement.turns) if settlement else {}


def settlement_to_json(settlement: Settlement) -> bytes:
    """Return a settlement as UTF-8 JSON, the form in which it rests sealed."""
    fields = {
        "ins": ins_to_fields(settlement.ins),
        "type_code": settlement.type_code,
        "act_date": day_to_text(settlement.act_date),
        "runs": settlement.runs,
        "turns": settlement.turns,
        "by": settlement.by.identity,
        "role": settlement.by.role,
    }
    return json.dumps(fields).encode()


def settle(document: Document, settlement: Settlement, services: Services) -> Document:
    """Seal a person's decision and put the document back to work; earlier decisions stand where this one is silent.

    Raises:
        WrongStage: The document is not in review.
        LeaseLost: Somebody else settled it at the same moment; look at it again.
    """
    if document.stage is not Stage.REVIEW:
        raise WrongStage(document.id)
    event = Event(at=services.now(), actor=settlement.by, action=Action.SETTLED, document=document.id)
    return services.ledger.reopen(document, with_decision(document, settlement, services), event)


def with_decision(document: Document, settlement: Settlement, services: Services) -> Document:
    """Seal a decision beside what was sealed before; return the document as it goes through the steps again.

    A patient who is settled anew is unknown until then: meanwhile the document stands in nobody's record, and its key
    is no patient's, so that erasing the former one cannot take it along. Pages that lie otherwise are read again.
    """
    if settlement.ins:
        services.archive.entrust(document.id, None)
    revision = document.revision + 1
    decided = settlement_to_json(_with_earlier(settlement, settlement_of(document, services)))
    sealed = services.archive.keep_apart(document.id, Role.SETTLEMENT, decided, revision=revision)
    return replace(
        document.holding(sealed),
        stage=Stage.INSPECTED if settlement.turns else Stage.READ,
        revision=revision,
        reason=None,
        patient=None if settlement.ins else document.patient,
    )


def _with_earlier(settlement: Settlement, earlier: Settlement | None) -> Settlement:
    """Return a decision completed by the one before it."""
    if earlier is None:
        return settlement
    return replace(
        settlement,
        ins=settlement.ins or earlier.ins,
        type_code=settlement.type_code or earlier.type_code,
        act_date=settlement.act_date or earlier.act_date,
        runs=settlement.runs or earlier.runs,
        turns=tuple(sorted((dict(earlier.turns) | dict(settlement.turns)).items())),
    )


def _person_from(fields: Mapping[str, str]) -> Actor:
    """Return who decided; what was sealed before roles were kept came from the command line."""
    return Actor(role=ActorRole(fields.get("role", ActorRole.OPERATOR)), identity=fields["by"])
