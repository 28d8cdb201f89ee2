"""*À vérifier*: the page beside the fields, the evidence marked on it, the best guesses one key away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from documents.document import DocumentId
from documents.errors import LeaseLost, WrongStage
from documents.stage import Stage
from documents.type_codes import dmp_types
from storage.ledger.interface import Listing
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documents import DocumentPath
from web.api.models import Decision, EvidenceFound, Model
from web.api.reviews import list_reviews, review_of, settlement_from
from web.desk import Desk
from web.pages.rendering import page
from web.problems import WrongRequest

router = APIRouter(prefix="/a-verifier")

_Settler = Annotated[Visitor, Depends(Guard(Right.SETTLE))]
_Said = Annotated[str, Query(pattern=r"^(decided|moved-on)?$")]


class Filled(Model):
    """The form as a person filled it in; what they typed stands above what they chose."""

    #: A candidate's number and its authority, with a space between.
    patient: str = ""
    other_patient: str = ""
    type_code: str = ""
    other_type: str = ""
    split: str = ""
    other_split: str = ""
    turns: str = ""

    def decision(self) -> Decision:
        """Return what the form decides."""
        number, _, oid = self.patient.partition(" ")
        return Decision(
            ins=self.other_patient or number or None,
            oid=None if self.other_patient else oid or None,
            type_code=self.other_type or self.type_code or None,
            split=self.other_split or self.split or None,
            turns=self.turns or None,
        )


@dataclass(slots=True)
class Candidate:
    """A patient whom evidence names, with all that speaks for them."""

    number: str = field(repr=False)
    oid: str
    evidence: list[EvidenceFound] = field(default_factory=list, repr=False)

    @property
    def names(self) -> str:
        """What the evidence calls them."""
        return next((name for each in self.evidence if (name := _names(each))), "")


@router.get("")
def waiting(
    request: Request,
    visitor: _Settler,
    after: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
    said: _Said = "",
) -> Response:
    """List what waits for a person."""
    return page(request, "reviews", found=list_reviews(request, visitor, after, 50), said=said)


@router.get("/{document_id}")
def one(request: Request, visitor: _Settler, document_id: DocumentPath, said: _Said = "") -> Response:
    """Show one document with everything that speaks for and against."""
    try:
        return _shown(request, visitor, document_id, said=said)
    except WrongStage:
        return RedirectResponse("/a-verifier?said=moved-on", 303)


@router.post("/{document_id}")
def decide(
    request: Request, visitor: _Settler, document_id: DocumentPath, filled: Annotated[Filled, Form()]
) -> Response:
    """Take the decision, and lead on to what waits next."""
    desk: Desk = request.app.state.desk
    found = desk.document_of(visitor, document_id)
    try:
        desk.counter.settle(found, settlement_from(filled.decision(), found, visitor, desk))
    except (WrongRequest, ValueError):
        return _shown(request, visitor, document_id, failed=True)
    except (WrongStage, LeaseLost):
        return RedirectResponse("/a-verifier?said=moved-on", 303)
    others = _waiting(desk, visitor, document_id)
    return RedirectResponse(f"/a-verifier{f'/{others[0]}' if others else ''}?said=decided", 303)


def _shown(request: Request, visitor: Visitor, document_id: str, *, said: str = "", failed: bool = False) -> Response:
    desk: Desk = request.app.state.desk
    review = review_of(desk, visitor, desk.document_of(visitor, document_id))
    types = sorted((each for each in dmp_types() if not each.patient_deposit), key=lambda each: each.label_fr)
    others = _waiting(desk, visitor, document_id)
    return page(
        request,
        "review",
        status=422 if failed else 200,
        review=review,
        candidates=_candidates(review.evidence),
        nameless=[(each, names) for each in review.evidence if each.ins is None and (names := _names(each))],
        starts=[run.first for run in review.runs[1:]],
        types=types,
        others=len(others),
        next=others[0] if others else None,
        failed=failed,
        said=said,
    )


def _waiting(desk: Desk, visitor: Visitor, but: str) -> Sequence[DocumentId]:
    """Return the ids of what else waits, as far as a person would count."""
    found = desk.services.ledger.list(Listing(stage=Stage.REVIEW, feeder=visitor.feeder.name, limit=100))
    return [document.id for document in found if document.id != but]


def _candidates(evidence: Iterable[EvidenceFound]) -> Sequence[Candidate]:
    """Return whom the evidence names, most evidence first."""
    found: dict[tuple[str, str], Candidate] = {}
    for each in evidence:
        if each.ins is not None and each.oid is not None:
            found.setdefault((each.ins, each.oid), Candidate(each.ins, each.oid)).evidence.append(each)
    return sorted(found.values(), key=lambda one: -len(one.evidence))


def _names(each: EvidenceFound) -> str:
    born = date.fromisoformat(each.birth_date).strftime("%d/%m/%Y") if each.birth_date else None
    return " · ".join(said for said in (each.birth_name, each.first_names, born, each.sex) if said)
