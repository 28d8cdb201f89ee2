"""Redeclaring: what a feeder says when it hands the same bytes over again is taken into account, or put on record."""

from dataclasses import replace
from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.arrival import Declaration
from documents.document import Document
from documents.event import Event
from documents.role import Role
from documents.stage import WORKABLE, Stage
from pipelines.declaring import declaration_of, declaration_to_json
from pipelines.renaming import record_of
from pipelines.services import Services

#: Where the steps have weighed the declaration already: with another they run again from here.
_WEIGHED: Final = frozenset({Stage.REVIEW, Stage.IDENTIFIED, Stage.CLASSIFIED})


def redeclare(known: Document, said: Declaration, services: Services) -> None:
    """Take into account what a feeder says of a document that it handed over before.

    A document that is filed, refused or cut is not touched: what was said of it stands in its trail alone
    (``declared-otherwise``), for a person to `correct`. Any other goes on with what was said last
    (``declared-again``), from READ where the former was weighed already; what is dead stays so until it is replayed.
    What says nothing new changes nothing.

    Raises:
        LeaseLost: The document moved on at the same moment; look at it again.
        Tampered: What was declared before does not authenticate.
        Interrupted: Store, keys or ledger failed.
    """
    former = declaration_of(known, services)
    news = _news(known, former, said, services)
    if not news:
        return
    rests = known.stage not in WORKABLE | {Stage.REVIEW, Stage.DEAD}
    event = Event(
        at=services.now(),
        actor=Actor.feeder(known.feeder),
        action=Action.DECLARED_OTHERWISE if rests else Action.DECLARED_AGAIN,
        document=known.id,
        detail=",".join(news),
    )
    if rests:
        services.ledger.record(event)
        return
    content = declaration_to_json(said.completed_by(former))
    revision = known.revision + 1
    sealed = services.archive.keep_apart(known.id, Role.DECLARATION, content, revision=revision)
    after = replace(known.holding(sealed), revision=revision)
    if known.stage in _WEIGHED:
        if "patient" in news:
            services.archive.entrust(known.id, None)
        after = replace(after, stage=Stage.READ, reason=None, patient=None if "patient" in news else known.patient)
    elif known.died_in in _WEIGHED:
        after = replace(after, died_in=Stage.READ)
    services.ledger.reopen(known, after, event)


def _news(known: Document, former: Declaration, said: Declaration, services: Services) -> list[str]:
    """Return what is declared and was not before, unless that is what the document was found to be."""
    same_patient = said.ins is not None and record_of(said.ins, services) == known.patient
    patient = (said.ins not in {None, former.ins} or said.traits not in {None, former.traits}) and not same_patient
    kind = said.type_code not in {None, former.type_code, known.type_code}
    return [name for name, new in (("patient", patient), ("type", kind)) if new]
