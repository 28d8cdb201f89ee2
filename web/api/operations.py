"""How the installation fares: whether it lives, who is asking, what is where, and what is dead."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from documents.document import DocumentId
from documents.stage import Stage
from pipelines.replaying import replay
from storage.ledger.interface import Listing
from web.access.rights import RIGHTS, Right
from web.access.visitor import Guard, Visitor, whoever
from web.api.documenting import answers
from web.api.documents import DocumentPath
from web.api.models import Alive, Counts, Documents, DocumentState, Me
from web.describing import describe_all, page_of
from web.desk import Desk

router = APIRouter(tags=["operations"])

_Operator = Annotated[Visitor, Depends(Guard(Right.OPERATE))]


@router.get("/health", summary="Whether Verso can take documents in")
def health(request: Request) -> Alive:
    """Prove that the ledger answers: what cannot be recorded is not taken in."""
    desk: Desk = request.app.state.desk
    desk.services.ledger.check()
    return Alive(status="ok")


@router.get("/me", summary="Who is asking", responses=answers())
def me(visitor: Annotated[Visitor, Depends(whoever)]) -> Me:
    """Say who is in, in which role, and what that role may do."""
    member = visitor.member
    return Me(
        name=member.subject,
        role=member.role,
        feeder=member.feeder.name if member.feeder else None,
        rights=sorted(RIGHTS[member.role]),
    )


@router.get("/counts", summary="How many documents are where", responses=answers())
def counts(request: Request, visitor: _Operator) -> Counts:
    """Say how many documents of the whole installation are in each stage."""
    del visitor
    desk: Desk = request.app.state.desk
    return Counts(stages=dict(desk.services.ledger.counts()))


@router.get("/dead", summary="List what is dead", responses=answers(404, 422))
def list_dead(
    request: Request,
    visitor: _Operator,
    after: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Documents:
    """List the documents on which the world stayed at fault after every retry. Ids and codes only."""
    del visitor
    desk: Desk = request.app.state.desk
    listing = Listing(stage=Stage.DEAD, after=DocumentId(after) if after else None, limit=limit)
    return page_of(listing, desk.services, readable=False)


@router.post("/dead/{document_id}/replay", status_code=202, summary="Work again", responses=answers(404, 409, 422))
def replay_dead(request: Request, visitor: _Operator, document_id: DocumentPath) -> DocumentState:
    """Put a dead document back to work where it died."""
    desk: Desk = request.app.state.desk
    found = desk.services.ledger.document(DocumentId(document_id))
    after = replay(found, visitor.actor, desk.services)
    return describe_all([after], desk.services, readable=False)[0]
