"""*Historique*: every document of the visitor's feeder, newest first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from documents.document import DocumentId
from storage.ledger.interface import Listing
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
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
    *,
    after: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
    current: Annotated[bool, Query()] = False,
) -> Response:
    """List the documents, or those alone that stand in a record themselves."""
    desk: Desk = request.app.state.desk
    if after is not None:
        desk.document_of(visitor, after)
    behind = DocumentId(after) if after else None
    listing = Listing(feeder=visitor.feeder.name, current=current, after=behind, limit=_AT_ONCE)
    found = desk.services.ledger.list(listing)
    return page(
        request,
        "history",
        documents=describe_all(found, desk.services, readable=True),
        patients=desk.patients.named(desk, visitor, found),
        next=found[-1].id if len(found) == _AT_ONCE else None,
        current=current,
    )
