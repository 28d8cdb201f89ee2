"""*Historique*: every document of the visitor's feeder, newest first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documents import list_documents
from web.pages.rendering import page

router = APIRouter()


@router.get("/historique")
def history(
    request: Request,
    visitor: Annotated[Visitor, Depends(Guard(Right.READ))],
    after: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
) -> Response:
    """List the documents."""
    return page(request, "history", found=list_documents(request, visitor, None, after, 50))
