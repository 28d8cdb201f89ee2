"""The application: the API and the pages on one address, all behind a guard but the few doors that stand open."""

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.staticfiles import StaticFiles

from documents.errors import WrongSetting
from verso.settings import Mode, Settings
from verso.telemetry.interface import SILENT, Telemetry
from web.access.arriving import Arriving
from web.access.limits import Limits
from web.access.local import LocalAccounts
from web.access.provider import Provider
from web.access.session import Sessions
from web.access.visitor import Visitor
from web.api import changes, documents, nights, operations, records, reviews, submissions, uploads
from web.desk import Desk
from web.faults import handle_faults
from web.headers import Guarded
from web.pages import depositing, following, remembering, reviewing, showing, signing
from web.tidying import tidying

_STATIC: Final = Path(__file__).parent / "pages" / "static"

API: Final = "/api/v1"


def make_app(settings: Settings, telemetry: Telemetry = SILENT) -> FastAPI:
    """Build the application; what it does is watched.

    Raises:
        WrongSetting: The settings would let somebody in who must not be, or nobody at all.
    """
    _check(settings)
    desk = Desk(settings, telemetry)
    provider = Provider(settings.oidc_issuer, settings) if settings.oidc_issuer else None
    sessions = Sessions(desk.members, settings)
    app = FastAPI(
        title="Verso",
        version="1",
        summary="Takes in medical papers and files them, sealed, in each patient's record.",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        lifespan=tidying,
    )
    app.state.desk = desk
    app.state.sessions = sessions
    app.state.provider = provider
    app.state.local = _local(desk, settings)
    app.state.arriving = Arriving(desk.members, sessions, settings, provider)
    app.state.limits = Limits(settings.requests_a_minute)
    api = APIRouter(prefix=API, dependencies=[Depends(arrive)])
    for family in (submissions, changes, documents, records, reviews, uploads, nights, operations):
        api.include_router(family.router)
    app.include_router(api)
    pages = APIRouter(dependencies=[Depends(arrive)], include_in_schema=False)
    for page in (signing, depositing, following, reviewing, remembering, showing):
        pages.include_router(page.router)
    app.include_router(pages)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    handle_faults(app)
    app.add_middleware(Guarded, tls=settings.web_url.startswith("https:"))
    return app


def arrive(request: Request) -> None:
    """Find out who asks, and whether they ask too often, before any route does anything.

    Raises:
        Unknown: A token was shown that stands for nobody.
        ForeignOrigin: A page of another site tries to use the visitor's cookie.
        TooManyRequests: They ask too often.
    """
    arriving: Arriving = request.app.state.arriving
    visitor: Visitor | None = arriving.visitor(request)
    limits: Limits = request.app.state.limits
    limits.count(visitor.member.id if visitor else request.client.host if request.client else "")
    request.state.visitor = visitor


def _local(desk: Desk, settings: Settings) -> LocalAccounts | None:
    if settings.local_password is None:
        return None
    return LocalAccounts(desk.members, settings.local_password.get_secret_value())


def _check(settings: Settings) -> None:
    url = urlsplit(settings.web_url)
    if settings.mode is Mode.PRODUCTION and (url.scheme != "https" or settings.oidc_issuer is None):
        message = "VERSO_WEB_URL, VERSO_OIDC_ISSUER"
        raise WrongSetting(message)
    if settings.oidc_issuer is not None and settings.oidc_client_id is None:
        message = "VERSO_OIDC_CLIENT_ID"
        raise WrongSetting(message)
