"""Records: what a patient's record shows of a filed document, and its correction by a person, who and why on record."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from documents.document import Document
from documents.errors import WrongStage
from documents.stage import Stage
from pipelines.recorded import recorded
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documenting import answers
from web.api.documents import DocumentPath
from web.api.models import Correction, DocumentState, Record
from web.api.reviews import settlement_from
from web.describing import describe_all
from web.desk import Desk

router = APIRouter(prefix="/documents", tags=["documents"])


@router.get("/{document_id}/record", summary="See what the record shows", responses=answers(404, 409, 422))
def record(
    request: Request, visitor: Annotated[Visitor, Depends(Guard(Right.READ))], document_id: DocumentPath
) -> Record:
    """Show patient, day and author of a filed document. That it was seen, and by whom, is on record first."""
    desk: Desk = request.app.state.desk
    return record_of(desk, visitor, desk.document_of(visitor, document_id))


@router.post(
    "/{document_id}/correction",
    status_code=HTTPStatus.ACCEPTED,
    summary="Correct what was filed",
    responses=answers(404, 409, 422),
)
def correct(
    request: Request,
    visitor: Annotated[Visitor, Depends(Guard(Right.SETTLE))],
    document_id: DocumentPath,
    correction: Correction,
) -> DocumentState:
    """File a document anew under another patient, type or day, or as several; its bytes stay as they are.

    Until it is filed anew it stands in nobody's record. What was filed before rests beside it.
    """
    desk: Desk = request.app.state.desk
    after = corrected(desk, visitor, desk.document_of(visitor, document_id), correction)
    return describe_all([after], desk.services, readable=True)[0]


def record_of(desk: Desk, visitor: Visitor, found: Document) -> Record:
    """Return what the record shows of a document, for somebody who is seen to look.

    Raises:
        WrongStage: It is not filed.
    """
    if found.stage is not Stage.STORED:
        raise WrongStage(found.id)
    desk.note(visitor, found, "record")
    shown = recorded(found, desk.services)
    traits = shown.traits
    return Record(
        ins=shown.ins.number if shown.ins else None,
        oid=shown.ins.oid if shown.ins else None,
        birth_name=(traits.birth_name or traits.used_name) if traits else None,
        first_names=" ".join(traits.first_names) if traits and traits.first_names else None,
        birth_date=traits.birth_date if traits else None,
        act_date=shown.act_date,
        written_date=shown.written_date,
        author=shown.author,
        file_name=shown.file_name,
    )


def corrected(desk: Desk, visitor: Visitor, found: Document, correction: Correction) -> Document:
    """Send a filed document through the steps again with what a visitor corrects.

    Raises:
        WrongRequest: Nothing was corrected, or what was is not of its shape.
        WrongStage: It is not filed.
        LeaseLost: Somebody else changed it at the same moment.
    """
    if found.stage is not Stage.STORED:
        raise WrongStage(found.id)
    return desk.counter.correct(found, settlement_from(correction, found, visitor, desk), correction.why)
