"""A request: what a worker knows of a task that one of its processes is at, and what it says when that ends badly."""

from typing import Any

import structlog
from celery.worker.request import Request as _Request

_log = structlog.get_logger(__name__)


class Request(_Request):  # type: ignore[misc]  # Celery is not annotated
    """A task under way in a process of the pool."""

    def on_failure(self, exc_info: Any, send_failed_event: bool = True, return_ok: bool = False) -> None:  # noqa: FBT001, FBT002
        """Say whose work ended with its process or at its time, and go on as Celery does.

        The ledger has the outcome, or will have it when the lease lapses. Celery's own line of it names no document.
        """
        if not return_ok:
            error = getattr(exc_info.exception, "exc", exc_info.exception)
            document, *part = self.args or (None,)
            _log.warning(
                "task-ended", document=document, part=part[0] if part else None, error=type(error).__qualname__
            )
        super().on_failure(exc_info, send_failed_event, return_ok=True)
