"""*À vérifier*: the page beside the fields, the evidence marked on it, the two best guesses one key away."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from documents.errors import LeaseLost, WrongStage
from documents.type_codes import dmp_types
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documents import DocumentPath
from web.api.models import Decision
from web.api.reviews import list_reviews, review_of, settlement_from
from web.desk import Desk
from web.pages.rendering import page
from web.problems import WrongRequest

router = APIRouter(prefix="/a-verifier")

_Settler = Annotated[Visitor, Depends(Guard(Right.SETTLE))]


@router.get("")
def waiting(
    request: Request,
    visitor: _Settler,
    after: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
    said: Annotated[str, Query(pattern=r"^(decided|moved-on)?$")] = "",
) -> Response:
    """List what waits for a person."""
    return page(request, "reviews", found=list_reviews(request, visitor, after, 50), said=said)


@router.get("/{document_id}")
def one(request: Request, visitor: _Settler, document_id: DocumentPath) -> Response:
    """Show one document with everything that speaks for and against."""
    desk: Desk = request.app.state.desk
    try:
        return _shown(request, desk, visitor, document_id, failed=False)
    except WrongStage:
        return RedirectResponse("/a-verifier?said=moved-on", 303)


@router.post("/{document_id}")
def decide(
    request: Request, visitor: _Settler, document_id: DocumentPath, decision: Annotated[Decision, Form()]
) -> Response:
    """Take the decision, and lead on to what waits next."""
    desk: Desk = request.app.state.desk
    found = desk.document_of(visitor, document_id)
    try:
        desk.counter.settle(found, settlement_from(decision, found, visitor, desk))
    except WrongRequest:
        return _shown(request, desk, visitor, document_id, failed=True)
    except (WrongStage, LeaseLost):
        return RedirectResponse("/a-verifier?said=moved-on", 303)
    return RedirectResponse("/a-verifier?said=decided", 303)


def _shown(request: Request, desk: Desk, visitor: Visitor, document_id: str, *, failed: bool) -> Response:
    review = review_of(desk, visitor, desk.document_of(visitor, document_id))
    types = sorted((each for each in dmp_types() if not each.patient_deposit), key=lambda each: each.label_fr)
    return page(request, "review", status=422 if failed else 200, review=review, types=types, failed=failed)
