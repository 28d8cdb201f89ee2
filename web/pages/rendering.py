"""Rendering: a page from its template, in the visitor's language, with the menu that their role gives."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web.access.rights import Right
from web.access.visitor import Visitor
from web.pages.words import language_of, reason, theme, typeset, word

_TEMPLATES: Final = Path(__file__).parent / "templates"
_ZONE: Final = ZoneInfo("Europe/Paris")

#: What the menu offers: the right that it takes, where it leads, and its word.
_MENU: Final[Sequence[tuple[Right, str, str]]] = (
    (Right.SUBMIT, "/deposer", "deposit"),
    (Right.FOLLOW, "/suivi", "following"),
    (Right.SETTLE, "/a-verifier", "to-review"),
    (Right.READ, "/historique", "history"),
    (Right.RESUME, "/exploitation", "operations"),
)


def page(request: Request, name: str, *, status: int = 200, **content: Any) -> HTMLResponse:
    """Return a page.

    Args:
        request: Who asks, and in which language.
        name: The template, without its suffix.
        status: The HTTP status.
        content: What the template shows.
    """
    language = language_of(request.headers.get("accept-language"))
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    html = (
        _environment()
        .get_template(f"{name}.html")
        .render(
            language=language,
            t=lambda key: word(key, language),
            reason=lambda code: reason(code, language),
            theme=lambda code: theme(code, language),
            moment=_moment,
            day=_day,
            visitor=visitor,
            menu=[(href, key) for right, href, key in _MENU if visitor and visitor.may(right)],
            here=request.url.path,
            local=request.app.state.local is not None,
            may_submit=visitor is not None and visitor.may(Right.SUBMIT),
            **content,
        )
    )
    return HTMLResponse(html, status, {"Content-Language": language, "Vary": "Accept-Language, Cookie"})


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["typeset"] = typeset
    environment.globals["icon"] = environment.get_template("icons.html").make_module().icon  # type: ignore[attr-defined]
    return environment


def _moment(when: datetime) -> str:
    """Return a moment as people in France write it."""
    return when.replace(tzinfo=when.tzinfo or UTC).astimezone(_ZONE).strftime("%d/%m/%Y %H:%M")


def _day(when: date) -> str:
    """Return a day as people in France write it."""
    return when.strftime("%d/%m/%Y")
