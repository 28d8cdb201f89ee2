"""The tasks that Celery runs: ids in, nothing out. The ledger decides whether there is anything to do."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import structlog
from celery import Celery, Task
from kombu.messaging import Producer

from documents.document import DocumentId
from documents.errors import Interrupted
from documents.work import Work
from workers.lanes import queue_of
from workers.performing import Performer

#: Moves a document on from stage to stage.
ADVANCE = "verso.advance"
#: Reads one part of a document's pages.
READ_PART = "verso.read-part"
#: Header of a message that names the span under which it was sent (https://www.w3.org/TR/trace-context/).
TRACE = "traceparent"
_REQUEST: Final = "workers.request:Request"

_log = structlog.get_logger(__name__)


def register(app: Celery, performer: Callable[[], Performer]) -> None:
    """Give an application its tasks.

    Args:
        app: The application of a worker.
        performer: Returns this process's performer; called in each task, after the pool has forked.
    """

    def perform(task: Task, work: Work) -> None:
        try:
            performing = performer()
            trace = task.request.get(TRACE)
            with performing.telemetry.following({TRACE: trace} if trace else {}):
                performing.perform(work)
        except Interrupted as error:
            # The ledger could not be asked: it still has the work, and lets it be sent again.
            _log.warning("left-due", document=work.document, part=work.part, code=error.code)

    # Shared, they would be tasks of every other application of the process too.
    @app.task(name=ADVANCE, bind=True, shared=False, Request=_REQUEST)  # type: ignore[untyped-decorator]  # Celery is not annotated
    def advance(task: Task, document: str) -> None:
        perform(task, Work(document=DocumentId(document)))

    @app.task(name=READ_PART, bind=True, shared=False, Request=_REQUEST)  # type: ignore[untyped-decorator]  # Celery is not annotated
    def read_part(task: Task, document: str, part: int) -> None:
        perform(task, Work(document=DocumentId(document), part=part))


def send(
    app: Celery, work: Work, producer: Producer | None = None, headers: Mapping[str, str] = MappingProxyType({})
) -> None:
    """Publish the message for a piece of work. With a real broker it is confirmed and may not be unroutable."""
    name, args = (ADVANCE, [work.document]) if work.part is None else (READ_PART, [work.document, work.part])
    # Confirmed alone, a message to a queue that is gone would be taken over, and thrown away.
    app.send_task(
        name,
        args=args,
        producer=producer,
        queue=queue_of(work.lane),
        mandatory=True,
        headers=dict(headers),
    )
