"""Erasing: what forbids it is asked first, who and why are written first, then keys go; what remains is noise."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.document import Document, DocumentId, PatientRef
from documents.errors import LeaseLost, Misused, RetentionRuns, UnderHold, UnknownPatient, Unsettled
from documents.event import Event
from documents.role import Role
from documents.stage import Stage
from pipelines.erasing.enforcing import mark
from pipelines.erasing.retention import Ground, kept_until
from pipelines.erasing.scope import Scope, scope_of
from pipelines.erasing.suspects import suspects
from pipelines.services import Services
from storage.erasures import Erasures, Gone, Round
from storage.holds import Holds
from storage.keyring.destroying import Tombstone
from storage.models import Models

#: Purpose under which the reason of an erasure is sealed, followed by the erasure's id.
GROUND: Final = b"ground of an erasure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An erasure that somebody asks for."""

    patient: PatientRef
    by: Actor
    #: In the person's words.
    why: str = field(repr=False)
    ground: Ground
    #: Years for which each class of documents is kept, see `pipelines.erasing.retention`.
    years: Mapping[str, float] = field(repr=False)


def allow(request: Request, services: Services) -> Scope:
    """Return what an erasure would take, if nothing forbids it.

    What forbids it is on record, with who asked.

    Raises:
        UnknownPatient: There is nothing of this patient.
        UnderHold: The patient, or another one whose pages came in the same stack, is under a legal hold.
        RetentionRuns: The ground heeds retention, and it is not over.
        Unsettled: A document that waits for a person names the patient.
    """
    try:
        return _allowed(request, services)
    except Misused as refusal:
        services.ledger.record(
            Event(at=services.now(), actor=request.by, action=Action.DENIED, detail=f"erasing-{refusal.code}")
        )
        raise


def _allowed(request: Request, services: Services) -> Scope:
    destroyer, holds = services.archive.destroyer, Holds(archive=services.archive)
    found = scope_of(request.patient, services.ledger)
    if not found.own and not destroyer.knows(request.patient):
        raise UnknownPatient
    for patient in (request.patient, *sorted(found.sharers)):
        if holds.on(patient):
            raise UnderHold(holds.name_of(patient))
    until = kept_until(found.own, request.years)
    if request.ground.heeds_retention and until is not None and until > services.now():
        raise RetentionRuns(f"until {until:%Y-%m-%d}")
    waiting = sorted(suspects(request.patient, request.by, services))
    if waiting:
        raise Unsettled(", ".join(waiting))
    return found


def erase(request: Request, services: Services) -> Sequence[Round]:
    """Destroy a patient's key and the keys of all documents that hold their pages; return what went, round by round.

    Asked again, it goes on where it was stopped. From the tombstone on nothing can be filed under this patient any
    more; what was on its way is found in the next round.

    Raises:
        VersoError: As `allow` does; or store, keys or ledger failed: ask again.
    """
    allow(request, services)
    archive = services.archive
    stands = archive.destroyer.tombstone_of(request.patient)
    erasure = stands.erasure if stands else secrets.token_hex(16)
    _record(Action.ERASING, erasure, request, services)
    tombstone = archive.destroyer.patient(request.patient, erasure)
    erasures = Erasures(archive=archive)
    while True:
        rounds = erasures.rounds(tombstone.erasure)
        known = {gone.document for one in rounds for gone in one.documents}
        for document in sorted(known):
            _destroy(document, tombstone, request, services)
        fresh = [one for one in scope_of(request.patient, services.ledger).documents if one.id not in known]
        if rounds and not fresh:
            mark(tombstone.erasure, archive)
            return rounds
        erasures.write(_round(fresh, tombstone, request, services))


def _round(fresh: Sequence[Document], tombstone: Tombstone, request: Request, services: Services) -> Round:
    taught = any(document.confidence == 1.0 and document.latest(Role.SETTLEMENT) for document in fresh)
    return Round(
        patient=request.patient,
        tombstone=tombstone,
        at=services.now(),
        by=str(request.by),
        ground=request.ground,
        documents=tuple(Gone.of(document) for document in fresh),
        models=tuple(sorted(Models(archive=services.archive).names())) if taught else (),
    )


def _destroy(document: DocumentId, tombstone: Tombstone, request: Request, services: Services) -> None:
    """Destroy one document's key, then tell the ledger; whoever works on it meanwhile comes too late."""
    services.archive.destroyer.document(document, tombstone.erasure)
    while (before := services.ledger.document(document)).stage is not Stage.ERASED:
        event = Event(
            at=services.now(),
            actor=request.by,
            action=Action.ERASED,
            document=document,
            detail=tombstone.erasure,
        )
        try:
            services.ledger.erase(before, event)
        except LeaseLost:
            continue


def _record(action: Action, erasure: str, request: Request, services: Services) -> None:
    ground = services.archive.seal_note(GROUND + erasure.encode(), request.why.encode())
    services.ledger.record(
        Event(at=services.now(), actor=request.by, action=action, detail=erasure, sealed_ground=ground)
    )
