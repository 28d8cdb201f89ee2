"""Documents: how far each got, what it is, and its pages, for those who may read them."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from documents.document import Document, DocumentId
from documents.role import Role
from documents.stage import Stage
from pipelines.unsealing import Ground
from storage.ledger.interface import Listing
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documenting import answers
from web.api.models import Documents, DocumentState
from web.describing import describe_all, page_of
from web.desk import Desk
from web.headers import UNKEPT
from web.problems import NotFound

router = APIRouter(prefix="/documents", tags=["documents"])

DocumentPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="A document.")]
_Follower = Annotated[Visitor, Depends(Guard(Right.FOLLOW))]
_Reader = Annotated[Visitor, Depends(Guard(Right.READ))]

_PICTURE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/webp": {"schema": {"type": "string", "format": "binary"}}}}
}
_BYTES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("", summary="List documents", responses=answers(404, 422))
def list_documents(  # noqa: PLR0913  one argument a parameter
    request: Request,
    visitor: _Reader,
    *,
    stage: Stage | None = None,
    current: Annotated[
        bool, Query(description="Only what stands in a record, not what a later document replaced.")
    ] = False,
    after: Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Documents:
    """List the documents of the visitor's feeder, newest first."""
    desk: Desk = request.app.state.desk
    if after is not None:
        desk.document_of(visitor, after)
    behind = DocumentId(after) if after else None
    listing = Listing(stage=stage, feeder=visitor.feeder.name, current=current, after=behind, limit=limit)
    return page_of(listing, desk.services, readable=True)


@router.get("/{document_id}", summary="Follow a document", responses=answers(404, 422))
def document(request: Request, visitor: _Follower, document_id: DocumentPath) -> DocumentState:
    """Tell how far a document has got and, to who may read it, what it is."""
    desk: Desk = request.app.state.desk
    found = desk.document_of(visitor, document_id)
    return describe_all([found], desk.services, readable=visitor.may(Right.READ))[0]


@router.get(
    "/{document_id}/pages/{number}/preview",
    summary="See a page",
    response_class=Response,
    responses=answers(404, 422) | _PICTURE,
)
def preview(
    request: Request, visitor: _Reader, document_id: DocumentPath, number: Annotated[int, Path(ge=1, le=100_000)]
) -> Response:
    """Give a picture of one page, upright. That it was seen, and by whom, is on record first."""
    desk: Desk = request.app.state.desk
    found = desk.document_of(visitor, document_id)
    sealed = found.object(Role.PREVIEW, number)
    if sealed is None:
        raise NotFound
    desk.note(visitor, found, f"{Role.PREVIEW.slug}-{number}")
    return Response(desk.services.archive.open(found.id, sealed), media_type="image/webp", headers=dict(UNKEPT))


@router.get(
    "/{document_id}/original",
    summary="Open the original",
    response_class=Response,
    responses=answers(404, 422) | _BYTES,
)
def original(
    request: Request,
    visitor: _Reader,
    document_id: DocumentPath,
    ground: Annotated[Ground, Query(description="Why it is opened.")],
) -> Response:
    """Give the bytes as they were handed over. Who opens them, and on what ground, is on record first."""
    return opened(request.app.state.desk, visitor, document_id, ground)


def opened(desk: Desk, visitor: Visitor, document_id: str, why: str) -> Response:
    """Return an original for a browser to save: whatever it is, it is never shown in Verso's own origin."""
    found = desk.document_of(visitor, document_id)
    headers = {"Content-Disposition": f'attachment; filename="{found.id}{_suffix(found)}"', **UNKEPT}
    content = desk.unseal(visitor, found, Role.ORIGINAL, why)
    return Response(content, media_type="application/octet-stream", headers=headers)


def _suffix(found: Document) -> str:
    suffixes = {
        "application/pdf": ".pdf",
        "image/tiff": ".tiff",
        "image/jpeg": ".jpg",
        "image/png": ".png",
        "image/heic": ".heic",
        "image/webp": ".webp",
        "application/dicom": ".dcm",
        "text/plain": ".txt",
    }
    return suffixes.get(found.media_type or "", ".bin")
