"""Correcting: what was filed wrongly (patient, type, day) is filed anew; who and why are kept, no byte rewritten."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.document import Document
from documents.errors import LeaseLost, WrongStage
from documents.event import Event
from documents.patient import Ins
from documents.stage import Stage
from pipelines.renaming import documents_of, forwarding, rename
from pipelines.services import Services
from pipelines.settling import Settlement, with_decision

#: Purpose under which the ground of a correction is sealed, followed by the document's id.
GROUND: Final = b"ground of a correction"

#: Where a document has a patient and nobody is at work on it.
_AT_REST: Final = frozenset({Stage.STORED, Stage.REVIEW})
#: Where it has one, and somebody may be at work on it for that patient.
_BEING_FILED: Final = frozenset({Stage.IDENTIFIED, Stage.CLASSIFIED})
#: How often somebody else may be quicker to change a document.
_TRIES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What became of the documents of a patient's old number."""

    #: How many go to the new number.
    moved: int
    #: How many are on their way or dead under the old one: they go to the new one when they are filed.
    left: int


def correct(document: Document, settlement: Settlement, why: str, services: Services) -> Document:
    """Send a document that rests through the steps again with what a person corrects; what they do not say stands.

    The objects of the new revision come to rest beside the earlier ones: what was believed before can be seen.

    Raises:
        WrongStage: It is neither stored nor in review.
        LeaseLost: Somebody else changed it at the same moment; look at it again.
    """
    if document.stage not in _AT_REST:
        raise WrongStage(document.id)
    corrected = {
        "patient": settlement.ins,
        "type": settlement.type_code,
        "date": settlement.act_date,
        "pages": settlement.runs,
        "turns": settlement.turns,
    }
    event = Event(
        at=services.now(),
        actor=settlement.by,
        action=Action.CORRECTED,
        document=document.id,
        detail=",".join(name for name, value in corrected.items() if value),
        sealed_ground=services.archive.seal_note(GROUND + document.id.encode(), why.encode()),
    )
    return services.ledger.reopen(document, with_decision(document, settlement, services), event)


def merge_patients(old: Ins, new: Ins, by: Actor, why: str, services: Services) -> Merge:
    """Let a new number stand for a patient's old one, and file every document of the old one anew, as `correct` does.

    From then on whatever comes under the old number goes under the new one: see `pipelines.renaming`. Twice is safe:
    what was moved is no longer found under the old number.
    """
    settlement, patient = Settlement(ins=rename(old, new, by, why, services), by=by), services.archive.pseudonym(old)
    moved = [_moved(document, settlement, why, services) for document in documents_of(patient, services.ledger)]
    return Merge(moved=moved.count(True), left=moved.count(False))


def _moved(listed: Document, settlement: Settlement, why: str, services: Services) -> bool:
    """File a document of a patient's old number anew where it rests; return whether it did.

    One that is being filed at this moment may be past looking under which number: it is identified anew.
    """
    for _ in range(_TRIES):
        # As it is now: the one before may have been an edition of it.
        document = services.ledger.document(listed.id)
        if document.patient != listed.patient:
            return True
        with suppress(LeaseLost):
            if document.stage in _AT_REST:
                correct(document, settlement, why, services)
                return True
            again = _from_identifying_on(document)
            if again is not None:
                services.ledger.reopen(document, again, forwarding(again, settlement.by, services))
            return False
    return False


def _from_identifying_on(document: Document) -> Document | None:
    """Return a document that is being filed, or died of it, as it begins anew; None where it is or did neither.

    At a new revision: what rests of this one may say the old number.
    """
    if document.stage in _BEING_FILED:
        return replace(document, stage=Stage.READ, revision=document.revision + 1)
    if document.died_in in _BEING_FILED:
        return replace(document, died_in=Stage.READ, revision=document.revision + 1)
    return None
