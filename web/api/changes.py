"""Changes of a submission as they happen: server-sent events told from the ledger, so a reload loses nothing (P37)."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

import anyio
from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import StreamingResponse

from documents.errors import Interrupted
from documents.stage import WORKABLE
from pipelines.arrived import Names
from web.access.rights import Right
from web.access.visitor import Guard, Visitor
from web.api.documenting import answers
from web.api.models import DocumentState, FileState, Submission
from web.api.submissions import SubmissionId, submission_of
from web.desk import Desk
from web.headers import UNKEPT

router = APIRouter(prefix="/submissions", tags=["submissions"])

#: Seconds between two looks at the ledger.
_LOOK: Final = 1.0
#: Looks without news after which a comment shows that the line stands.
_LOOKS_IN_SILENCE: Final = 15
#: Looks after which a stream ends by itself: the browser comes back, and is asked again who it is.
_LOOKS: Final = 600
#: What was written this long before a change that was told may have become visible after it.
_OVERLAP: Final = timedelta(seconds=30)

_STREAM: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


@router.get(
    "/{submission}/changes",
    summary="Follow a submission as it goes",
    response_class=StreamingResponse,
    responses=answers(404, 422) | _STREAM,
)
def changes(
    request: Request,
    visitor: Annotated[Visitor, Depends(Guard(Right.FOLLOW))],
    submission: SubmissionId,
    last_event_id: Annotated[str | None, Header(max_length=64)] = None,
) -> StreamingResponse:
    """Send ``file`` for each file that changed, ``totals`` after them, and ``settled`` when nothing more will happen.

    Each event tells a state, not a step: hearing it twice does no harm. Who comes back with ``Last-Event-ID`` is told
    what has changed since, and whatever may have slipped between.
    """
    desk: Desk = request.app.state.desk
    watch = _Watch(desk, visitor, submission)
    stream = _told(watch, watch.look(), _moment(last_event_id))
    return StreamingResponse(stream, media_type="text/event-stream", headers={**UNKEPT, "X-Accel-Buffering": "no"})


class _Watch:
    """One look after the other at a submission: whatever has not changed is asked once."""

    def __init__(self, desk: Desk, visitor: Visitor, submission: str) -> None:
        self._desk = desk
        self._visitor = visitor
        self._submission = submission
        self._names = Names()
        self._mark = ""
        self._seen: Submission | None = None

    def look(self) -> Submission:
        """Return the submission as it stands: by one query when nothing has changed.

        Raises:
            NotFound: There is none, or it is another feeder's.
            LedgerUnavailable: The ledger does not answer.
        """
        mark = self._desk.services.ledger.mark(self._visitor.feeder.name, self._submission)
        if self._seen is None or mark != self._mark:
            self._seen = submission_of(self._desk, self._visitor, self._submission, self._names)
            self._mark = mark
        return self._seen


async def _told(watch: _Watch, found: Submission, since: datetime | None) -> AsyncIterator[str]:
    """Tell the state of a submission, and then whatever changes of it."""
    known: dict[tuple[str, str], FileState] = {}
    silence = 0
    for _ in range(_LOOKS):
        news = [file for file in found.files if known.get(_key(file)) != file]
        known.update({_key(file): file for file in news})
        told = [file for file in news if since is None or _under_way(file) or _changed_at(file) > since - _OVERLAP]
        since = None
        for text in _events(found, told):
            yield text
        if found.totals.settled:
            yield "event: settled\ndata: {}\n\n"
            return
        silence = 0 if news else silence + 1
        if silence >= _LOOKS_IN_SILENCE:
            silence = 0
            yield ": here\n\n"
        await anyio.sleep(_LOOK)
        try:
            found = await to_thread.run_sync(watch.look)
        except Interrupted:
            continue


def _events(found: Submission, news: list[FileState]) -> Iterator[str]:
    for file in sorted(news, key=_changed_at):
        identity = int(_changed_at(file).timestamp() * 1_000_000)
        yield f"id: {identity}\nevent: file\ndata: {file.model_dump_json()}\n\n"
    if news:
        yield f"event: totals\ndata: {found.totals.model_dump_json()}\n\n"


def _key(file: FileState) -> tuple[str, str]:
    return file.document.id, file.file_name


def _changed_at(file: FileState) -> datetime:
    states: list[DocumentState] = [file.document, *file.pieces]
    return max(state.changed_at for state in states)


def _under_way(file: FileState) -> bool:
    """Tell whether pages of a file may have been read since: that changes no document."""
    return any(state.stage in WORKABLE for state in (file.document, *file.pieces))


def _moment(last_event_id: str | None) -> datetime | None:
    """Return the moment that an event's id names; None for what is none of ours."""
    if last_event_id is None or not last_event_id.isdecimal() or len(last_event_id) > len("9999999999999999"):
        return None
    return datetime.fromtimestamp(int(last_event_id) / 1_000_000, UTC)
