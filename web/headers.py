"""The headers of every answer: nothing is framed, guessed, leaked or kept by a cache."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
            "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
    }
)

#: What is shown to one visitor rests in no cache, the browser's own included.
UNKEPT: Final[Mapping[str, str]] = MappingProxyType({"Cache-Control": "no-store"})

#: Once seen over TLS, never over anything else.
ONLY_TLS: Final[Mapping[str, str]] = MappingProxyType({"Strict-Transport-Security": "max-age=63072000"})


class Guarded:
    """An application whose every answer bears these headers."""

    def __init__(self, app: ASGIApp, *, tls: bool) -> None:
        """Wrap an application; ``tls`` tells whether people reach it over TLS."""
        self._app = app
        self._headers = {**HEADERS, **(ONLY_TLS if tls else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if "cache-control" not in headers and not str(scope.get("path", "")).startswith("/static/"):
                    headers.update(UNKEPT)
            await send(message)

        await self._app(scope, receive, guarded)
