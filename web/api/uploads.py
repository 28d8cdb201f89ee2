"""Uploads that survive a poor line: the protocol tus 1.0, with creation, creation with upload and termination.

See https://tus.io/protocols/resumable-upload. What fits into one piece is received by the request that begins it.
"""

import base64
import binascii
import re
import secrets
from http import HTTPStatus
from typing import Annotated, Final

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Path, Request, Response
from starlette.requests import ClientDisconnect

from documents.errors import WrongOffset
from feeders.upload import PIECE
from pipelines.declaring import declaration_from_json, declaration_to_json
from storage.uploads.interface import Upload
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documenting import answers
from web.declared import declared
from web.desk import Desk
from web.gathering import Gathering
from web.headers import UNKEPT
from web.incoming import submit
from web.problems import WrongMediaType, WrongRequest

router = APIRouter(prefix="/uploads", tags=["uploads"])

_VERSION: Final = "1.0.0"
_TUS: Final = {"Tus-Resumable": _VERSION, **UNKEPT}
_SUBMISSION: Final = re.compile(r"w-[0-9a-f]{32}")
_OFFSETS: Final = "application/offset+octet-stream"

_Submitter = Annotated[Visitor, Depends(Guard(Right.SUBMIT))]
_UploadPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="An upload.")]


@router.options(
    "",
    status_code=HTTPStatus.NO_CONTENT,
    summary="What of tus is spoken",
    response_class=Response,
    responses=answers(),
)
def abilities(request: Request, visitor: _Submitter) -> Response:
    """Say which version and extensions of tus are spoken, and how large a file may be."""
    del visitor
    desk: Desk = request.app.state.desk
    told = {
        "Tus-Version": _VERSION,
        "Tus-Extension": "creation,creation-with-upload,termination",
        "Tus-Max-Size": str(desk.settings.largest_original),
    }
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=_TUS | told)


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    summary="Begin an upload",
    response_class=Response,
    responses=answers(400, 409, 413, 422),
    openapi_extra={
        "requestBody": {"content": {_OFFSETS: {"schema": {"type": "string", "format": "binary"}}}, "required": False}
    },
)
async def begin(
    request: Request,
    visitor: _Submitter,
    upload_length: Annotated[int, Header(ge=0)],
    upload_metadata: Annotated[str, Header(max_length=20_000)] = "",
) -> Response:
    """Make room for a file. ``Upload-Metadata`` may hold ``filename``, ``submission`` and whatever may be declared.

    The file's first bytes may come along; a small one, whole, is received at once.
    """
    desk: Desk = request.app.state.desk
    said = _metadata(upload_metadata)
    submission = said.pop("submission", f"w-{secrets.token_hex(16)}")
    if not _SUBMISSION.fullmatch(submission):
        raise WrongRequest
    declaration = declared(said, said.pop("filename", ""), desk.settings)
    await to_thread.run_sync(desk.expect_room, visitor.feeder)
    comes_along = request.headers.get("content-type") == _OFFSETS
    if upload_length <= PIECE and (comes_along or upload_length == 0):
        content = await _at_once(request, upload_length)
        receipt = await to_thread.run_sync(submit, desk, visitor, submission, content, declaration)
        told = {**_far(submission, upload_length, upload_length), "Verso-Document": receipt.document.id}
        return _begun(request, secrets.token_hex(16), told)
    room, name = desk.upload_room, visitor.feeder.name
    upload = await to_thread.run_sync(room.begin, name, submission, upload_length, declaration_to_json(declaration))
    if not comes_along:
        return _begun(request, upload.id, _told(upload))
    return _begun(request, upload.id, await _taken(request, _Flow(desk, visitor, upload)))


@router.head("/{upload_id}", summary="How far an upload got", response_class=Response, responses=answers(404, 422))
def offset(request: Request, visitor: _Submitter, upload_id: _UploadPath) -> Response:
    """Say how many bytes have come in: go on from there."""
    desk: Desk = request.app.state.desk
    return Response(headers=_TUS | _told(desk.upload_room.find(visitor.feeder.name, upload_id)))


@router.patch(
    "/{upload_id}",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Go on with an upload",
    response_class=Response,
    responses=answers(400, 404, 409, 413, 415, 422),
    openapi_extra={
        "requestBody": {"content": {_OFFSETS: {"schema": {"type": "string", "format": "binary"}}}, "required": True}
    },
)
async def go_on(
    request: Request, visitor: _Submitter, upload_id: _UploadPath, upload_offset: Annotated[int, Header(ge=0)]
) -> Response:
    """Take the next bytes. Those that came before the line broke are kept; with the last one the file is received."""
    desk: Desk = request.app.state.desk
    if request.headers.get("content-type") != _OFFSETS:
        raise WrongMediaType
    flow = _Flow(desk, visitor, await to_thread.run_sync(_found, desk, visitor, upload_id, upload_offset))
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=_TUS | await _taken(request, flow))


@router.delete(
    "/{upload_id}",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Give an upload up",
    response_class=Response,
    responses=answers(404, 422),
)
def give_up(request: Request, visitor: _Submitter, upload_id: _UploadPath) -> Response:
    """Forget what came in of a file."""
    desk: Desk = request.app.state.desk
    desk.upload_room.end(desk.upload_room.find(visitor.feeder.name, upload_id))
    return Response(status_code=HTTPStatus.NO_CONTENT, headers=_TUS)


class _Flow:
    """One request's part of an upload; its verbs block, so they are called in a thread."""

    def __init__(self, desk: Desk, visitor: Visitor, upload: Upload) -> None:
        self._desk = desk
        self._visitor = visitor
        self._upload = upload

    def take(self, piece: bytes) -> None:
        """Seal some bytes."""
        self._upload = self._desk.upload_room.take(self._upload, piece)

    @property
    def is_whole(self) -> bool:
        """Whether all of the file has come in."""
        return self._upload.is_whole

    @property
    def told(self) -> dict[str, str]:
        """What is told of how far it got."""
        return _told(self._upload)

    def end(self) -> dict[str, str]:
        """Receive the whole file; return what is told of it."""
        room = self._desk.upload_room
        declaration = declaration_from_json(room.declaration(self._upload))
        content = room.whole(self._upload)
        receipt = submit(self._desk, self._visitor, self._upload.submission, content, declaration)
        room.end(self._upload)
        return self.told | {"Verso-Document": receipt.document.id}


async def _taken(request: Request, flow: _Flow) -> dict[str, str]:
    """Take what a request brings, to its end or to where its line breaks; return what is told of it."""
    desk: Desk = request.app.state.desk
    at_hand = Gathering(desk.basin)
    try:
        async for chunk in request.stream():
            at_hand.add(chunk)
            while at_hand.due:
                await at_hand.seal(flow.take, desk.sealing)
        await _take_rest(flow, at_hand, desk)
    except ClientDisconnect:
        # What came before the line broke is kept.
        await _take_rest(flow, at_hand, desk)
        raise
    finally:
        at_hand.rest()
    return await to_thread.run_sync(flow.end, limiter=desk.receiving) if flow.is_whole else flow.told


async def _take_rest(flow: _Flow, at_hand: Gathering, desk: Desk) -> None:
    while at_hand:
        await at_hand.seal(flow.take, desk.sealing)


async def _at_once(request: Request, length: int) -> bytes:
    """Return the bytes of a small file that comes whole.

    Raises:
        WrongOffset: There are more of them than were announced, or fewer.
    """
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > length:
            break
    if len(content) != length:
        raise WrongOffset
    return bytes(content)


def _begun(request: Request, upload_id: str, told: dict[str, str]) -> Response:
    place = {"Location": f"{request.url.path}/{upload_id}"}
    return Response(status_code=HTTPStatus.CREATED, headers=_TUS | told | place)


def _found(desk: Desk, visitor: Visitor, upload_id: str, offset: int) -> Upload:
    upload = desk.upload_room.find(visitor.feeder.name, upload_id)
    if upload.offset != offset:
        raise WrongOffset(upload.id)
    return upload


def _told(upload: Upload) -> dict[str, str]:
    return _far(upload.submission, upload.offset, upload.length)


def _far(submission: str, offset: int, length: int) -> dict[str, str]:
    return {"Upload-Offset": str(offset), "Upload-Length": str(length), "Verso-Submission": submission}


def _metadata(header: str) -> dict[str, str]:
    """Return the pairs of ``Upload-Metadata``: keys, each with a value in Base64.

    Raises:
        WrongRequest: It is not of that form.
    """
    pairs = [pair.strip().partition(" ") for pair in header.split(",") if pair.strip()]
    try:
        return {key: base64.b64decode(value, validate=True).decode() for key, _, value in pairs}
    except (binascii.Error, UnicodeDecodeError) as error:
        raise WrongRequest from error
