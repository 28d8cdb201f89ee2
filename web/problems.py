"""Problems: every answer that says no is one of RFC 9457, with a code of `docs/errors.md`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from fastapi.responses import JSONResponse

from documents.errors import (
    Interrupted,
    LeaseLost,
    Misused,
    Refused,
    TooLarge,
    UnknownDocument,
    UnknownUpload,
    VersoError,
    WrongOffset,
    WrongStage,
)

MEDIA_TYPE: Final = "application/problem+json"

#: Seconds after which asking again makes sense when the world is at fault.
_PATIENCE: Final = "5"


#: Answers after which the same request may well succeed.
_LATER: Final = frozenset({HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS})


class Turned(VersoError):
    """The request was turned away."""

    code = "turned-away"
    status = HTTPStatus.BAD_REQUEST


class Unknown(Turned):
    """Nobody is signed in. Sign in, or send a valid token."""

    code = "not-signed-in"
    status = HTTPStatus.UNAUTHORIZED


class Denied(Turned):
    """This is not for your role. Ask whoever runs the installation."""

    code = "not-allowed"
    status = HTTPStatus.FORBIDDEN


class ForeignOrigin(Turned):
    """The request comes from a page of another site. Use Verso's own pages, or a token."""

    code = "foreign-origin"
    status = HTTPStatus.FORBIDDEN


class NotFound(Turned):
    """There is nothing here, or nothing for you."""

    code = "not-found"
    status = HTTPStatus.NOT_FOUND


class WrongRequest(Turned):
    """The request is not of the shape that the interface describes."""

    code = "wrong-request"
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class WrongMediaType(Turned):
    """The body is not of the media type that this address takes."""

    code = "wrong-media-type"
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class WrongUse(Turned):
    """This address is not used in this way."""

    code = "wrong-use"
    status = HTTPStatus.METHOD_NOT_ALLOWED


class TooManyRequests(Turned):
    """You ask more often than allowed. Wait as long as the header Retry-After says."""

    code = "too-many-requests"
    status = HTTPStatus.TOO_MANY_REQUESTS


class IntakePaused(Turned):
    """No more is taken from you for now: much of yours waits already, or room is short. Send it again later."""

    code = "intake-paused"
    status = HTTPStatus.SERVICE_UNAVAILABLE


class TooManyFiles(Turned):
    """There are more files in one submission than allowed. Hand them over in several."""

    code = "too-many-files"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


_STATUSES: Final[Mapping[type[VersoError], HTTPStatus]] = {
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Refused: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnknownDocument: HTTPStatus.NOT_FOUND,
    UnknownUpload: HTTPStatus.NOT_FOUND,
    WrongOffset: HTTPStatus.CONFLICT,
    WrongStage: HTTPStatus.CONFLICT,
    LeaseLost: HTTPStatus.CONFLICT,
    Interrupted: HTTPStatus.SERVICE_UNAVAILABLE,
    Misused: HTTPStatus.BAD_REQUEST,
}


def problem_of(error: VersoError) -> dict[str, Any]:
    """Return an error as a problem's fields: its code and sentence, never what it is about."""
    content: dict[str, Any] = {
        "type": f"urn:verso:problem:{error.code}",
        "title": (type(error).__doc__ or "").strip().splitlines()[0],
        "status": status_of(error).value,
        "code": error.code,
    }
    if isinstance(error, Refused):
        content["detail"] = error.sentence_fr
    return content


def problem(error: VersoError) -> JSONResponse:
    """Return the answer that an error deserves."""
    status = status_of(error)
    headers = {"Retry-After": _PATIENCE} if status in _LATER else {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(problem_of(error), status.value, headers, MEDIA_TYPE)


def status_of(error: VersoError) -> HTTPStatus:
    """Return the HTTP status of an error."""
    if isinstance(error, Turned):
        return error.status
    found = (status for kind, status in _STATUSES.items() if isinstance(error, kind))
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)
