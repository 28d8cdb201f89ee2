"""Signing in and out: at the OpenID provider, or with a local account of development."""

import base64
import binascii
import json
from dataclasses import asdict
from typing import Annotated, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from documents.errors import Tampered
from documents.member import Member
from web.access.limits import Limits
from web.access.local import LocalAccounts
from web.access.origin import is_own
from web.access.provider import Departure, Provider
from web.access.session import Sessions
from web.access.visitor import Visitor
from web.desk import Desk
from web.pages.rendering import page
from web.problems import ForeignOrigin, NotFound, Unknown

router = APIRouter()

#: Purpose under which what is kept of a visitor on their way to the provider is sealed in their cookie.
_AWAY: Final = b"on the way to the identity provider"
_AWAY_COOKIE: Final = "verso-away"
#: Seconds that signing in at the provider may take.
_AWAY_SECONDS: Final = 600


@router.get("/")
def home(request: Request) -> Response:
    """Lead to the first page of the visitor's menu."""
    visitor: Visitor | None = request.state.visitor
    if visitor is None:
        return RedirectResponse("/entrer", 303)
    return RedirectResponse("/deposer" if visitor.member.feeder else "/exploitation", 303)


@router.get("/entrer")
def enter(request: Request) -> Response:
    """Show the ways to sign in."""
    return page(request, "enter", provider=request.app.state.provider is not None, failed=False)


@router.post("/entrer")
def enter_locally(
    request: Request,
    login: Annotated[str, Form(max_length=255)],
    password: Annotated[str, Form(max_length=255)],
) -> Response:
    """Sign in with a local account."""
    local: LocalAccounts | None = request.app.state.local
    if local is None:
        raise NotFound
    if not is_own(request):
        raise ForeignOrigin
    limits: Limits = request.app.state.limits
    limits.count_signing(request.client.host if request.client else "")
    member = local.member(login, password)
    if member is None:
        return page(request, "enter", status=401, provider=request.app.state.provider is not None, failed=True)
    return _in(request, member)


@router.get("/depart")
def depart(request: Request) -> Response:
    """Send the visitor to the provider, with what proves afterwards that it was they who left."""
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound
    desk: Desk = request.app.state.desk
    url, departure = provider.send_away()
    sealed = desk.services.archive.seal_note(_AWAY, json.dumps(asdict(departure)).encode())
    answer = RedirectResponse(url, 303)
    answer.set_cookie(
        _AWAY_COOKIE,
        base64.urlsafe_b64encode(sealed).decode(),
        max_age=_AWAY_SECONDS,
        secure=urlsplit(desk.settings.web_url).scheme == "https",
        httponly=True,
        samesite="lax",
        path="/retour",
    )
    return answer


@router.get("/retour")
def come_back(
    request: Request,
    state: Annotated[str, Query(max_length=255)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """Let in whom the provider vouches for, if they are enrolled."""
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound
    desk: Desk = request.app.state.desk
    name = provider.welcome_back(_departure(request, desk), state, code)
    member = desk.members.member(provider.issuer, name)
    if member is None:
        raise Unknown
    answer = _in(request, member)
    answer.delete_cookie(_AWAY_COOKIE, path="/retour")
    return answer


@router.post("/sortir")
def leave(request: Request) -> Response:
    """End the visit."""
    sessions: Sessions = request.app.state.sessions
    answer = RedirectResponse("/entrer", 303)
    sessions.close(request, answer)
    return answer


def _in(request: Request, member: Member) -> Response:
    """Begin a visit, under a token that nobody knew before (no session is ever fixed)."""
    sessions: Sessions = request.app.state.sessions
    answer = RedirectResponse("/", 303)
    sessions.open(member, answer)
    return answer


def _departure(request: Request, desk: Desk) -> Departure:
    """Return what was kept when the visitor left.

    Raises:
        Unknown: They did not leave from here, or too long ago.
    """
    try:
        sealed = base64.urlsafe_b64decode(request.cookies[_AWAY_COOKIE])
        return Departure(**json.loads(desk.services.archive.open_note(_AWAY, sealed)))
    except (KeyError, binascii.Error, Tampered) as error:
        raise Unknown from error
