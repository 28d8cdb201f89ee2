"""Renaming: a patient's number for which another stands now; what comes under the old one goes under the living one."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.document import Document, PatientRef
from documents.errors import Erased
from documents.event import Event
from documents.patient import Ins
from pipelines.fields import ins_from_fields, ins_to_fields
from pipelines.history import history
from pipelines.services import Services
from storage.holds import Holds
from storage.ledger.interface import Ledger
from storage.ledger.renaming import Alias
from storage.merges import Merges

#: Purpose under which a patient's number that stands for others is sealed: with that patient's record it is erased.
_NUMBER: Final = b"number that stands for others"
#: Purpose under which the ground of a merge is sealed, followed by the old number's pseudonym.
GROUND: Final = b"ground of a merge of "


def living(ins: Ins, services: Services) -> Ins:
    """Return the number that stands for a patient's number now: itself, unless a merge says otherwise.

    Raises:
        Erased: The record of the patient whose number stands now was erased.
        Tampered: What the ledger keeps of a merge was altered.
        Interrupted: Ledger or keys failed.
    """
    alias = services.ledger.alias(services.archive.pseudonym(ins))
    if alias is None:
        return ins
    archive = services.archive
    held = json.loads(archive.open_note_on(archive.note_holder(alias.new, _NUMBER), _NUMBER, alias.sealed_number))
    return ins_from_fields(held) or ins


def record_of(ins: Ins, services: Services) -> PatientRef:
    """Return the pseudonym of the record in which papers under a number are filed now."""
    patient = services.archive.pseudonym(ins)
    alias = services.ledger.alias(patient)
    return alias.new if alias else patient


def documents_of(patient: PatientRef, ledger: Ledger) -> Iterator[Document]:
    """Yield the documents that the ledger has under a patient's number, or under one that it replaced.

    What is on its way, or died there, may be under a former one.
    """
    for number in (patient, *sorted(ledger.former(patient))):
        yield from history(ledger, patient=number)


def renamed(numbers: Iterable[Ins], services: Services) -> dict[Ins, Ins]:
    """Return, of those numbers for which others stand now, which: those of an erased record stand for nobody.

    Raises:
        Tampered: What the ledger keeps of a merge was altered.
        Interrupted: Ledger or keys failed.
    """
    found = {}
    for ins in dict.fromkeys(numbers):
        try:
            now = living(ins, services)
        except Erased:
            continue
        if now != ins:
            found[ins] = now
    return found


def rename(old: Ins, new: Ins, by: Actor, why: str, services: Services) -> Ins:
    """Let a number stand for another, on record; return the one that stands now.

    A new number that was itself replaced leads on to the one that stands for it, unless that is the old one: then the
    earlier merge is undone. A legal hold on the old number is one on the other from now on.
    """
    archive = services.archive
    last = living(new, services)
    target = new if last == old else last
    before, after = archive.pseudonym(old), archive.pseudonym(target)
    number = json.dumps(ins_to_fields(target)).encode()
    event = Event(
        at=services.now(),
        actor=by,
        action=Action.MERGED,
        detail=f"{before} {after}",
        sealed_ground=archive.seal_note(GROUND + before.encode(), why.encode()),
    )
    sealed = archive.seal_note_on(archive.note_holder(after, _NUMBER), _NUMBER, number)
    alias = Alias(old=before, new=after, sealed_number=sealed)
    held = Holds(archive=archive).on(before)
    if held is not None:
        # Before the number stands for the other: a hold never has a gap.
        Holds(archive=archive).write(after, held)
    services.ledger.rename(alias, event)
    # Afterwards: a merge that failed must not come back with a ledger that is made anew. If this fails, it is repeated.
    Merges(archive=archive).write(alias)
    return target


def forwarded(step: Callable[[Document, Services], Document]) -> Callable[[Document, Services], Document]:
    """Return a step that first puts a document whose patient's number changed under the one that stands now.

    That is put on record once a revision. What was found rests sealed as it was found: no byte is rewritten.
    """

    def forward_and(document: Document, services: Services) -> Document:
        alias = services.ledger.alias(document.patient) if document.patient else None
        if alias is None:
            return step(document, services)
        _record(document, services)
        return step(replace(document, patient=alias.new), services)

    return forward_and


def forwarding(document: Document, by: Actor, services: Services) -> Event:
    """Return the event that says that a document goes under the number that stands now."""
    return Event(
        at=services.now(),
        actor=by,
        action=Action.FORWARDED,
        document=document.id,
        detail=f"revision {document.revision}",
    )


def _record(document: Document, services: Services) -> None:
    event = forwarding(document, Actor.worker("pipeline"), services)
    known = services.ledger.events(document.id)
    if not any((one.action, one.detail) == (event.action, event.detail) for one in known):
        services.ledger.record(event)
