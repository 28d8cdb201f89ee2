"""*Historique*: every document of the visitor's feeder, newest first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from documents.document import DocumentId
from pipelines.unsealing import Ground
from storage.ledger.interface import Listing
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documents import DocumentPath, opened
from web.describing import describe_all
from web.desk import Desk
from web.pages.rendering import page

router = APIRouter()

_Reader = Annotated[Visitor, Depends(Guard(Right.READ))]

#: Documents on one page.
_AT_ONCE = 50


@router.get("/historique")
def history(
    request: Request,
    visitor: _Reader,
    after: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
) -> Response:
    """List the documents."""
    desk: Desk = request.app.state.desk
    if after is not None:
        desk.document_of(visitor, after)
    behind = DocumentId(after) if after else None
    found = desk.services.ledger.list(Listing(feeder=visitor.feeder.name, after=behind, limit=_AT_ONCE))
    return page(
        request,
        "history",
        documents=describe_all(found, desk.services, readable=True),
        patients=desk.patients.named(desk, visitor, found),
        next=found[-1].id if len(found) == _AT_ONCE else None,
    )


@router.get("/historique/{document_id}")
def ask_why(request: Request, visitor: _Reader, document_id: DocumentPath) -> Response:
    """Ask on what ground an original is to be opened."""
    desk: Desk = request.app.state.desk
    return page(request, "opening", document=desk.document_of(visitor, document_id), grounds=list(Ground))


@router.post("/historique/{document_id}")
def open_original(
    request: Request,
    visitor: _Reader,
    document_id: DocumentPath,
    ground: Annotated[Ground, Form()],
    words: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Give an original to the browser, once the ground is on record."""
    return opened(request.app.state.desk, visitor, document_id, f"{ground}: {words}".rstrip(": "))
