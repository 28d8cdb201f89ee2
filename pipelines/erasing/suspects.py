"""Suspects: documents that wait for a person and name a patient; nobody else can say whether they are theirs."""

import json
from collections.abc import Iterator
from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.document import Document, DocumentId, PatientRef
from documents.event import Event
from documents.patient import Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.declaring import declaration_from_json
from pipelines.fields import ins_from_fields
from pipelines.history import history
from pipelines.identify.serialising import from_json
from pipelines.renaming import living
from pipelines.services import Services

#: What the audit trail says of an unsealing for this.
PURPOSE: Final = "erasure"
#: Where documents without a patient wait for a person.
_WAITING: Final = (Stage.REVIEW, Stage.DEAD)


def suspects(patient: PatientRef, by: Actor, services: Services) -> Iterator[DocumentId]:
    """Yield the documents without a proven patient that name one. Each unsealing is on record before it happens.

    What is still being worked on is not looked at: it finds the patient's key destroyed, and then waits for a person.

    Raises:
        Tampered: What rests was altered.
        Interrupted: Ledger, store or keys failed.
    """
    for stage in _WAITING:
        for document in history(services.ledger, stage=stage):
            if document.patient is None and _names(document, patient, by, services):
                yield document.id


def _names(document: Document, patient: PatientRef, by: Actor, services: Services) -> bool:
    services.ledger.record(
        Event(at=services.now(), actor=by, action=Action.UNSEALED, document=document.id, detail=PURPOSE)
    )
    return any(
        services.archive.pseudonym(living(ins, services)) == patient for ins in set(_numbers(document, services))
    )


def _numbers(document: Document, services: Services) -> Iterator[Ins]:
    """Yield every number that evidence, a feeder or a person named for a document, in any revision."""
    for sealed in document.objects:
        found: list[Ins | None] = []
        if sealed.role is Role.IDENTITY:
            identity = from_json(services.archive.open(document.id, sealed))
            found = [identity.ins, *(one.ins for one in identity.evidence)]
        elif sealed.role is Role.DECLARATION:
            found = [declaration_from_json(services.archive.open(document.id, sealed)).ins]
        elif sealed.role is Role.SETTLEMENT:
            found = [ins_from_fields(json.loads(services.archive.open(document.id, sealed))["ins"])]
        yield from (ins for ins in found if ins is not None)
