"""*Suivi*: what became of each file, live, page by page; and how the installation fares, for who runs it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from documents.stage import Stage
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.submissions import SubmissionId, list_submissions, submission_of
from web.desk import Desk
from web.pages.rendering import page

router = APIRouter()


@router.get("/suivi")
def submissions(
    request: Request,
    visitor: Annotated[Visitor, Depends(Guard(Right.FOLLOW))],
    before: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = None,
) -> Response:
    """List what was handed over."""
    return page(request, "submissions", found=list_submissions(request, visitor, before, 20))


@router.get("/suivi/{submission}")
def follow(
    request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.FOLLOW))], submission: SubmissionId
) -> Response:
    """Show one submission; its script then follows it live."""
    desk: Desk = request.app.state.desk
    found = submission_of(desk, visitor, submission)
    return page(request, "follow", found=found, readable=visitor.may(Right.READ))


@router.get("/exploitation")
def operations(request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.OPERATE))]) -> Response:
    """Show how many documents are where."""
    del visitor
    desk: Desk = request.app.state.desk
    counts = desk.services.ledger.counts()
    return page(request, "operations", counts=[(stage, counts.get(stage, 0)) for stage in Stage])
