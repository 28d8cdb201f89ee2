"""Correcting: what was filed wrongly (patient, type, day) is filed anew; who and why are kept, no byte rewritten."""

from dataclasses import dataclass
from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.document import Document
from documents.errors import LeaseLost, WrongStage
from documents.event import Event
from documents.patient import Ins
from documents.stage import Stage
from pipelines.renaming import rename
from pipelines.services import Services
from pipelines.settling import Settlement, with_decision
from storage.ledger.interface import Listing

#: Purpose under which the ground of a correction is sealed, followed by the document's id.
GROUND: Final = b"ground of a correction"

#: Where a document has a patient and nobody is at work on it.
_AT_REST: Final = frozenset({Stage.STORED, Stage.REVIEW})


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
    new = rename(old, new, by, why, services)
    moved = left = 0
    listing = Listing(patient=services.archive.pseudonym(old), limit=200)
    while page := services.ledger.list(listing):
        for document in page:
            try:
                # As it is now: the one before may have been an edition of it.
                correct(services.ledger.document(document.id), Settlement(ins=new, by=by), why, services)
            except (WrongStage, LeaseLost):
                left += 1
            else:
                moved += 1
        listing = Listing(patient=listing.patient, after=page[-1].id, limit=listing.limit)
    return Merge(moved=moved, left=left)
