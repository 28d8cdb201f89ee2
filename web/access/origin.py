"""Requests that change something must come from Verso's own pages when a cookie speaks for the visitor (CSRF)."""

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def is_own(request: Request) -> bool:
    """Tell whether a request may count on its cookie.

    Browsers say where a request comes from in ``Sec-Fetch-Site``, older ones in ``Origin``; a page of another site can
    forge neither. The one without both is no browser's, and then no cookie was sent by itself.
    """
    if request.method in _SAFE:
        return True
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
