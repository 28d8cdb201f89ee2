"""Reviews: what the pipeline would not guess, shown with its evidence and settled by a person."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from documents.day import past_day
from documents.document import Document, DocumentId
from documents.errors import WrongStage
from documents.identification import Evidence
from documents.page import Box, Source
from documents.role import Role
from documents.stage import Stage
from documents.type_codes import type_code
from pipelines.concluded import concluded_identity, concluded_type
from pipelines.read.step import pages_of
from pipelines.read.turning import turns_from
from pipelines.services import Services
from pipelines.settling import Settlement
from pipelines.split.deciding import runs_from
from pipelines.split.pieces import division_of
from storage.ledger.interface import Listing
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documenting import answers
from web.api.documents import DocumentPath
from web.api.models import Decision, Documents, DocumentState, EvidenceFound, PageState, Place, Review, Run, TypeGuess
from web.declared import ins_from
from web.describing import describe_all, page_of
from web.desk import Desk
from web.problems import WrongRequest

router = APIRouter(prefix="/reviews", tags=["reviews"])

_Settler = Annotated[Visitor, Depends(Guard(Right.SETTLE))]


@router.get("", summary="List what waits for a person", responses=answers(404, 422))
def list_reviews(
    request: Request,
    visitor: _Settler,
    after: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Documents:
    """List the documents in review of the visitor's feeder, newest first."""
    desk: Desk = request.app.state.desk
    if after is not None:
        desk.document_of(visitor, after)
    behind = DocumentId(after) if after else None
    listing = Listing(stage=Stage.REVIEW, feeder=visitor.feeder.name, after=behind, limit=limit)
    return page_of(listing, desk.services, readable=True)


@router.get("/{document_id}", summary="See what speaks for and against", responses=answers(404, 409, 422))
def review(request: Request, visitor: _Settler, document_id: DocumentPath) -> Review:
    """Show a document in review with its evidence, page and place. That it was seen is on record first."""
    desk: Desk = request.app.state.desk
    return review_of(desk, visitor, desk.document_of(visitor, document_id))


@router.post(
    "/{document_id}/decision",
    status_code=HTTPStatus.ACCEPTED,
    summary="Decide",
    responses=answers(404, 409, 422),
)
def decide(request: Request, visitor: _Settler, document_id: DocumentPath, decision: Decision) -> DocumentState:
    """Settle patient, type, day, pages, how they lie, or several of them; the document goes on by itself."""
    desk: Desk = request.app.state.desk
    found = desk.document_of(visitor, document_id)
    after = desk.counter.settle(found, settlement_from(decision, found, visitor, desk))
    return describe_all([after], desk.services, readable=True)[0]


@router.post(
    "/{document_id}/join",
    status_code=HTTPStatus.ACCEPTED,
    summary="Undo a split",
    responses=answers(404, 409, 422),
)
def join(request: Request, visitor: _Settler, document_id: DocumentPath) -> DocumentState:
    """Make one document of a stack again while none of its pieces is stored."""
    desk: Desk = request.app.state.desk
    after = desk.counter.join(desk.document_of(visitor, document_id), visitor.actor)
    return describe_all([after], desk.services, readable=True)[0]


def review_of(desk: Desk, visitor: Visitor, found: Document) -> Review:
    """Return everything that speaks for and against what a document in review may be.

    Raises:
        WrongStage: It is not in review.
    """
    if found.stage is not Stage.REVIEW:
        raise WrongStage(found.id)
    desk.note(visitor, found, "evidence")
    services = desk.services
    identity, kind = concluded_identity(found, services), concluded_type(found, services)
    division = division_of(found, services)
    return Review(
        document=describe_all([found], services, readable=True)[0],
        outcome=identity.outcome,
        rules=list(identity.reasons),
        evidence=[_evidence(one) for one in identity.evidence],
        guesses=[
            TypeGuess(
                type_code=guess.type_code,
                type_label=type_code(guess.type_code).label_fr,
                theme=type_code(guess.type_code).theme,
                probability=guess.probability,
            )
            for guess in kind.guesses[:2]
        ],
        because=list(kind.because),
        runs=[Run(first=run.first, last=run.last) for run in division.runs] if division else [],
        pages=_pages(found, services),
    )


def settlement_from(decision: Decision, found: Document, visitor: Visitor, desk: Desk) -> Settlement:
    """Return what a person decided, checked before anything is touched.

    Raises:
        WrongRequest: Nothing was decided, or what was is not of its shape.
    """
    try:
        settlement = Settlement(
            ins=ins_from(decision.ins or None, decision.oid or None, desk.settings),
            type_code=type_code(decision.type_code).code if decision.type_code else None,
            act_date=past_day(decision.act_date.isoformat(), desk.services.now()) if decision.act_date else None,
            runs=runs_from(decision.split, found, desk.services) if decision.split else (),
            turns=turns_from(decision.turns, found.pages or 0) if decision.turns else (),
            by=visitor.actor,
        )
    except ValueError as error:
        raise WrongRequest from error
    if settlement == Settlement(by=visitor.actor):
        raise WrongRequest
    return settlement


def _pages(found: Document, services: Services) -> list[PageState]:
    drawn = {sealed.part for sealed in found.parts(Role.PREVIEW)}
    return [
        PageState(
            number=page.number,
            preview=page.number in drawn,
            turned=page.turned,
            blank=page.source is Source.BLANK,
        )
        for page in pages_of(found, services)
    ]


def _evidence(one: Evidence) -> EvidenceFound:
    traits = one.traits
    born = traits.birth_date if traits else None
    return EvidenceFound(
        kind=one.kind,
        page=one.page,
        place=_place(one.box),
        ins=one.ins.number if one.ins else None,
        oid=one.ins.oid if one.ins else None,
        birth_name=(traits.birth_name or traits.used_name) if traits else None,
        first_names=" ".join(traits.first_names) if traits and traits.first_names else None,
        birth_date=born.isoformat() if born else None,
        sex=traits.sex if traits else None,
        repaired=one.repaired,
    )


def _place(box: Box | None) -> Place | None:
    return Place(left=box.left, top=box.top, right=box.right, bottom=box.bottom) if box else None
