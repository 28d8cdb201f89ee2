"""How the installation fares: whether it lives, who is asking, what is where, and what is dead."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from documents.document import Document, DocumentId
from documents.errors import WrongStage
from documents.stage import Stage
from pipelines.discarding import discard
from pipelines.replaying import replay
from storage.ledger.interface import Listing
from web.access.rights import RIGHTS, Right
from web.access.visitor import Guard, Visitor, whoever
from web.api.documenting import answers
from web.api.documents import DocumentPath
from web.api.models import Alive, Counts, Dead, Documents, DocumentState, FailedAttempt, Me, Why
from web.describing import describe_all, page_of
from web.desk import Desk

router = APIRouter(tags=["operations"])

_Operator = Annotated[Visitor, Depends(Guard(Right.OPERATE))]
_Resumer = Annotated[Visitor, Depends(Guard(Right.RESUME))]


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
    visitor: _Resumer,
    after: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Documents:
    """List the documents on which the world stayed at fault after every retry. Ids and codes only."""
    desk: Desk = request.app.state.desk
    feeder = visitor.member.feeder
    if after is not None:
        of_theirs(desk, visitor, after)
    behind = DocumentId(after) if after else None
    listing = Listing(stage=Stage.DEAD, feeder=feeder.name if feeder else None, after=behind, limit=limit)
    return page_of(listing, desk.services, readable=False)


@router.post("/dead/{document_id}/replay", status_code=202, summary="Work again", responses=answers(404, 409, 422))
def replay_dead(request: Request, visitor: _Resumer, document_id: DocumentPath) -> DocumentState:
    """Put a dead document back to work where it died."""
    desk: Desk = request.app.state.desk
    found = of_theirs(desk, visitor, document_id)
    after = replay(found, visitor.actor, desk.services)
    return describe_all([after], desk.services, readable=False)[0]


@router.get("/dead/{document_id}", summary="See why a document died", responses=answers(404, 409, 422))
def show_dead(request: Request, visitor: _Resumer, document_id: DocumentPath) -> Dead:
    """Tell every failed attempt at a dead document. Ids and codes only."""
    desk: Desk = request.app.state.desk
    found = of_theirs(desk, visitor, document_id)
    if found.stage is not Stage.DEAD or found.died_in is None:
        raise WrongStage(found.id)
    attempts = [
        FailedAttempt(at=one.at, stage=one.stage, code=one.code, part=one.part, owner=one.owner, release=one.release)
        for one in desk.services.ledger.tried(found.id)
    ]
    state = describe_all([found], desk.services, readable=False)[0]
    return Dead(document=state, died_in=found.died_in, attempts=attempts)


@router.post("/dead/{document_id}/discard", status_code=202, summary="Give it up", responses=answers(404, 409, 422))
def discard_dead(request: Request, visitor: _Resumer, document_id: DocumentPath, ground: Why) -> DocumentState:
    """Give a dead document up: its feeder is told, its sealed original stays as long as any."""
    desk: Desk = request.app.state.desk
    found = of_theirs(desk, visitor, document_id)
    after = discard(found, visitor.actor, ground.why, desk.services)
    return describe_all([after], desk.services, readable=False)[0]


def of_theirs(desk: Desk, visitor: Visitor, document_id: str) -> Document:
    """Return a document that a visitor may resume: of their feeder, or any when they act for none.

    Raises:
        UnknownDocument: There is none, or it is another feeder's.
    """
    if visitor.member.feeder is not None:
        return desk.document_of(visitor, document_id)
    return desk.services.ledger.document(DocumentId(document_id))
