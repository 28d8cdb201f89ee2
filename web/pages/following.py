"""*Suivi*: what became of each file, live, page by page; and how the installation fares, for who runs it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from documents.errors import LeaseLost, WrongStage
from documents.stage import Stage
from pipelines.arrived import Names
from storage.ledger.interface import Listing
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documents import DocumentPath
from web.api.operations import replay_dead
from web.api.submissions import SubmissionId, handed_in, list_submissions, told_of
from web.desk import Desk
from web.pages.rendering import page

router = APIRouter()

_Resumer = Annotated[Visitor, Depends(Guard(Right.RESUME))]

#: Dead documents on the page; the command line lists more.
_DEAD_AT_ONCE = 50


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
    request: Request,
    visitor: Annotated[Visitor, Depends(Guard(Right.FOLLOW))],
    submission: SubmissionId,
    said: Annotated[str, Query(pattern=r"^(joined|not-joined)?$")] = "",
) -> Response:
    """Show one submission; its script then follows it live."""
    desk: Desk = request.app.state.desk
    names = Names()
    files = handed_in(desk, visitor, submission, names)
    patients = desk.patients.named(desk, visitor, (one for file in files for one in (file.document, *file.pieces)))
    return page(
        request,
        "follow",
        found=told_of(files, desk, visitor, names),
        patients=patients,
        readable=visitor.may(Right.READ),
        settles=visitor.may(Right.SETTLE),
        said=said,
    )


@router.post("/suivi/{submission}/{document_id}/reunir")
def join(
    request: Request,
    visitor: Annotated[Visitor, Depends(Guard(Right.SETTLE))],
    submission: SubmissionId,
    document_id: DocumentPath,
) -> Response:
    """Undo a split: the stack is one document again."""
    desk: Desk = request.app.state.desk
    try:
        desk.counter.join(desk.document_of(visitor, document_id), visitor.actor)
    except (WrongStage, LeaseLost):
        return RedirectResponse(f"/suivi/{submission}?said=not-joined", 303)
    return RedirectResponse(f"/suivi/{submission}?said=joined", 303)


@router.get("/exploitation")
def operations(request: Request, visitor: _Resumer) -> Response:
    """Show how many documents are where, and which are dead: of the visitor's feeder, or of all."""
    desk: Desk = request.app.state.desk
    ledger = desk.services.ledger
    feeder = visitor.member.feeder.name if visitor.member.feeder else None
    counts = ledger.counts(feeder)
    return page(
        request,
        "operations",
        counts=[(stage, counts.get(stage, 0)) for stage in Stage],
        dead=ledger.list(Listing(stage=Stage.DEAD, feeder=feeder, limit=_DEAD_AT_ONCE)),
    )


@router.post("/exploitation/{document_id}/reprendre")
def replay(request: Request, visitor: _Resumer, document_id: DocumentPath) -> Response:
    """Put a dead document back to work."""
    replay_dead(request, visitor, document_id)
    return RedirectResponse("/exploitation", 303)
