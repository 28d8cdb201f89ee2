"""Tidying: while the application serves, visits that are over are forgotten, and uploads that nobody goes on with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import anyio
import structlog
from anyio import to_thread
from fastapi import FastAPI

from documents.errors import Interrupted
from web.access.session import Sessions
from web.desk import Desk

_log = structlog.get_logger(__name__)

#: Seconds between two rounds.
_ROUND: Final = 600.0


@asynccontextmanager
async def tidying(app: FastAPI) -> AsyncIterator[None]:
    """Tidy up for as long as the application serves."""
    async with anyio.create_task_group() as group:
        group.start_soon(_rounds, app)
        yield
        group.cancel_scope.cancel()


async def _rounds(app: FastAPI) -> None:
    while True:
        try:
            await to_thread.run_sync(_tidy, app.state.desk, app.state.sessions)
        except Interrupted as error:
            _log.warning("tidying-waits", code=error.code)
        await anyio.sleep(_ROUND)


def _tidy(desk: Desk, sessions: Sessions) -> None:
    sessions.forget()
    given_up = desk.upload_room.give_up(timedelta(seconds=desk.settings.upload_idle_seconds))
    if given_up:
        _log.info("uploads-given-up", count=given_up)
