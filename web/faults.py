"""Faults: every error becomes an answer, a problem for programs, a page for people; its cause is told to nobody."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from documents.errors import Interrupted, Refused, UnknownDocument, VersoError
from web.access.visitor import Visitor
from web.desk import Desk
from web.pages.rendering import page
from web.problems import (
    Denied,
    ForeignOrigin,
    NotFound,
    Turned,
    Unknown,
    WrongRequest,
    WrongUse,
    problem,
    status_of,
)

_log = structlog.get_logger(__name__)

#: What is refused to somebody, rather than asked in the wrong way or at the wrong moment.
_ON_RECORD: Final = (Denied, ForeignOrigin, Refused, UnknownDocument)
_DOCUMENT: Final = re.compile("[0-9a-f]{32}")

_BY_STATUS: Final[Mapping[int, type[Turned]]] = {
    kind.status: kind for kind in (Unknown, NotFound, WrongUse, WrongRequest)
}


def handle_faults(app: FastAPI) -> None:
    """Turn every error of an application into an answer."""
    app.add_exception_handler(VersoError, _answer_error)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(ClientDisconnect, _answer_nobody)
    app.add_exception_handler(Exception, _answer_fault)


def _answer_error(request: Request, error: Exception) -> Response:
    if isinstance(error, _ON_RECORD):
        try:
            _record(request, error)
        except Interrupted as outage:
            return _answered(request, outage)
    return _answered(request, error if isinstance(error, VersoError) else VersoError())


def _record(request: Request, error: VersoError) -> None:
    """Write into the audit trail what somebody who is known was refused."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is None:
        return
    named = request.path_params.get("document_id", "")
    desk: Desk = request.app.state.desk
    desk.turn_away(visitor, error, named if _DOCUMENT.fullmatch(named) else None)


def _answer_validation(request: Request, error: Exception) -> Response:
    del error  # its message repeats what was sent
    return _answered(request, WrongRequest())


def _answer_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST
    answer = _answered(request, _BY_STATUS.get(status, Turned)())
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer


def _answer_nobody(request: Request, error: Exception) -> Response:
    """Answer a line that broke: nobody hears it, and it is no fault."""
    del request, error
    _log.info("line-broke")
    return Response(status_code=HTTPStatus.BAD_REQUEST)


def _answer_fault(request: Request, error: Exception) -> Response:
    _log.critical("fault", exc_info=error)
    return _answered(request, VersoError())


def _answered(request: Request, error: VersoError) -> Response:
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("request-failed", code=error.code)
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return problem(error)
    if isinstance(error, Unknown) and request.method == "GET":
        return RedirectResponse("/entrer", HTTPStatus.SEE_OTHER)
    failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return page(request, "lost", status=status.value, code=error.code, failed=failed)
