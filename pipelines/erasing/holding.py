"""Holding: a legal hold is placed or released, an erased patient is taken in again; who and why come first."""

from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.document import PatientRef
from documents.event import Event
from pipelines.services import Services
from storage.holds import Hold, Holds

#: Purpose under which the reason is sealed in the trail, followed by what stands for the patient.
GROUND: Final = b"ground of a hold"


def hold(patient: PatientRef, by: Actor, why: str, services: Services, *, placed: bool = True) -> bool:
    """Place or release a legal hold; return whether that changed anything.

    Raises:
        Tampered: What rests of holds was altered.
        Interrupted: Ledger, store or keys failed.
    """
    holds = Holds(archive=services.archive)
    if (holds.on(patient) is not None) is placed:
        return False
    _record(Action.HELD if placed else Action.RELEASED, patient, by, why, services)
    holds.write(patient, Hold(placed=placed, at=services.now(), by=str(by), why=why))
    return True


def reopen(patient: PatientRef, by: Actor, why: str, services: Services) -> bool:
    """Give a patient whose record was erased a new key; return whether there was a record to begin anew.

    What was erased stays so: it hangs on the key that was destroyed.

    Raises:
        Interrupted: Ledger, store or keys failed.
    """
    if services.archive.destroyer.tombstone_of(patient) is None:
        return False
    _record(Action.REOPENED, patient, by, why, services)
    return services.archive.destroyer.reopen(patient)


def _record(action: Action, patient: PatientRef, by: Actor, why: str, services: Services) -> None:
    name = Holds(archive=services.archive).name_of(patient)
    ground = services.archive.seal_note(GROUND + name.encode(), why.encode())
    services.ledger.record(Event(at=services.now(), actor=by, action=action, detail=name, sealed_ground=ground))
