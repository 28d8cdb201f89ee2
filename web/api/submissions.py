"""Submissions: files handed over together, and what becomes of each."""

import hashlib
import secrets
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Path, Query, Request

from documents.document import DocumentId
from documents.errors import Refused, VersoError
from pipelines.arrived import Names, once_each
from pipelines.receive import Receipt
from storage.ledger.following import Handed
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documenting import FORM, answers
from web.api.models import Accepted, FileState, Problem, RefusedFile, Submission, SubmissionEntry, Submissions
from web.declared import declared
from web.describing import describe_all, files_of, totals_of
from web.desk import Desk
from web.incoming import Incoming
from web.multipart import Field, FileBegins, FileEnds, FilePiece, parts_of
from web.problems import NotFound, TooManyFiles, WrongRequest, problem_of

router = APIRouter(prefix="/submissions", tags=["submissions"])

SubmissionId = Annotated[str, Path(pattern=r"^w-[0-9a-f]{32}$", description="A submission.")]
_Submitter = Annotated[Visitor, Depends(Guard(Right.SUBMIT))]
_Follower = Annotated[Visitor, Depends(Guard(Right.FOLLOW))]


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    summary="Hand files over",
    openapi_extra=FORM,
    responses=answers(400, 409, 413, 422),
)
async def submit(
    request: Request,
    visitor: _Submitter,
    idempotency_key: Annotated[str | None, Header(min_length=8, max_length=255)] = None,
) -> Accepted:
    """Take one or many files, with what is known of them. What the answer lists as taken rests sealed already.

    Fields count for the files that follow them. A file that cannot be taken is listed with its reason; the others are
    taken all the same. With an ``Idempotency-Key`` the same request may be sent again without doubling anything.
    """
    desk: Desk = request.app.state.desk
    await to_thread.run_sync(desk.expect_room, visitor.feeder)
    submission = _submission_id(visitor, idempotency_key)
    taking = _Taking(desk, visitor, submission)
    try:
        async for part in parts_of(request):
            match part:
                case Field():
                    taking.note(part)
                case FileBegins():
                    taking.begin(part)
                case FilePiece():
                    await taking.take(part.content)
                case FileEnds():
                    await taking.finish()
    finally:
        await to_thread.run_sync(taking.leave)
    if not (taking.taken or taking.refused):
        raise WrongRequest
    return Accepted(submission=submission, files=taking.taken, refused=taking.refused)


@router.get("", summary="List submissions", responses=answers(422))
def list_submissions(
    request: Request,
    visitor: _Follower,
    before: Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Submissions:
    """List what was handed over for the visitor's feeder, newest first."""
    desk: Desk = request.app.state.desk
    services, feeder = desk.services, visitor.feeder.name
    batches = services.ledger.batches(feeder, before=before, limit=limit)
    handed: dict[str, dict[DocumentId, Handed]] = {batch.id: {} for batch in batches}
    for one in services.ledger.handed(feeder, handed):
        handed[one.batch].setdefault(one.document.id, one)
    entries = [
        SubmissionEntry(submission=batch.id, opened_at=batch.opened_at, totals=totals_of(handed[batch.id].values()))
        for batch in batches
    ]
    return Submissions(submissions=entries, next=batches[-1].id if len(batches) == limit else None)


@router.get("/{submission}", summary="Follow a submission", responses=answers(404, 422))
def follow(request: Request, visitor: _Follower, submission: SubmissionId) -> Submission:
    """Tell what became of each file of a submission."""
    desk: Desk = request.app.state.desk
    return submission_of(desk, visitor, submission)


def submission_of(desk: Desk, visitor: Visitor, submission: str, names: Names | None = None) -> Submission:
    """Return a submission of the visitor's feeder.

    Args:
        desk: Where it is looked up.
        visitor: Who asks.
        submission: Its id.
        names: Names of its files that were unsealed already; more are added.

    Raises:
        NotFound: There is none, or it is another feeder's.
    """
    names = names or Names()
    return told_of(handed_in(desk, visitor, submission, names), desk, visitor, names)


def handed_in(desk: Desk, visitor: Visitor, submission: str, names: Names) -> Sequence[Handed]:
    """Return the files of a submission, each once.

    Raises:
        NotFound: There is none, or it is another feeder's.
    """
    services = desk.services
    files = list(once_each(services.ledger.handed(visitor.feeder.name, [submission]), names, services))
    if not files:
        raise NotFound
    return files


def told_of(files: Sequence[Handed], desk: Desk, visitor: Visitor, names: Names) -> Submission:
    """Return a submission as its visitor may know it."""
    return Submission(
        submission=files[0].batch,
        opened_at=min(file.document.received_at for file in files),
        totals=totals_of(files),
        files=files_of(files, names, desk.services, readable=visitor.may(Right.READ)),
    )


class _Taking:
    """Takes the files of one submission, one after the other."""

    def __init__(self, desk: Desk, visitor: Visitor, submission: str) -> None:
        self.taken: list[FileState] = []
        self.refused: list[RefusedFile] = []
        self._desk = desk
        self._visitor = visitor
        self._submission = submission
        self._said: dict[str, str] = {}
        self._name = ""
        self._incoming: Incoming | None = None

    def note(self, field: Field) -> None:
        """Note what is said of the files to come."""
        self._said[field.name] = field.value

    def begin(self, file: FileBegins) -> None:
        """Begin a file."""
        if len(self.taken) + len(self.refused) >= self._desk.settings.most_files:
            raise TooManyFiles
        self._name = file.file_name
        declaration = declared(self._said, file.file_name, self._desk.settings)
        self._incoming = Incoming(self._desk, self._visitor, self._submission, declaration)

    async def take(self, content: bytes) -> None:
        """Take some bytes of it. What is too large is let through unkept: the files behind it are still to come."""
        if self._incoming is None:
            return
        try:
            await self._incoming.take(content)
        except Refused as error:
            await to_thread.run_sync(self._refuse, error)

    async def finish(self) -> None:
        """Receive it."""
        if self._incoming is None:
            return
        try:
            receipt = await self._incoming.receive()
        except Refused as error:
            await to_thread.run_sync(self._refuse, error)
            return
        self._incoming = None
        await to_thread.run_sync(self._note, receipt)

    def _note(self, receipt: Receipt) -> None:
        readable = self._visitor.may(Right.READ)
        state = describe_all([receipt.document], self._desk.services, readable=readable)[0]
        self.taken.append(FileState(file_name=self._name, duplicate=not receipt.new, document=state, pieces=[]))

    def leave(self) -> None:
        """Have the work of what was taken sent, and forget a file that broke off."""
        if self.taken:
            self._desk.counter.hurry()
        if self._incoming is not None:
            self._incoming.give_up()

    def _refuse(self, error: VersoError) -> None:
        if self._incoming is not None:
            self._incoming.give_up()
        self._incoming = None
        self._desk.turn_away(self._visitor, error, None)
        self.refused.append(RefusedFile(file_name=self._name, problem=Problem(**problem_of(error))))


def _submission_id(visitor: Visitor, key: str | None) -> str:
    """Return a fresh id, or the one that always goes with an idempotency key of this feeder."""
    if key is None:
        return f"w-{secrets.token_hex(16)}"
    return "w-" + hashlib.sha256(f"{visitor.feeder.name}\x00{key}".encode()).hexdigest()[:32]
