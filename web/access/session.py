"""Sessions: a random token in a cookie, of which the register of members keeps the digest."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from fastapi import Request, Response

from documents.member import Member
from storage.members.interface import Members, Patience
from verso.settings import Settings

_TOKEN_BYTES: Final = 32


class Sessions:
    """Opens, finds and ends visits."""

    def __init__(self, members: Members, settings: Settings) -> None:
        """Keep visits in a register, for as long as the settings say."""
        self._members = members
        self._secure = settings.web_url.startswith("https:")
        self._patience = Patience(
            idle=timedelta(seconds=settings.session_idle_seconds), longest=timedelta(seconds=settings.session_seconds)
        )

    @property
    def cookie(self) -> str:
        """The cookie's name; the prefix makes browsers hold it to this very host, over TLS alone (RFC 6265bis)."""
        return "__Host-verso" if self._secure else "verso"

    def open(self, member: Member, response: Response) -> None:
        """Begin a visit and hand its token to the browser.

        Raises:
            UnknownMember: They are not let in.
        """
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._members.open_session(member, _digest(token))
        # Lax, not strict: the way back from the identity provider starts on another site.
        response.set_cookie(self.cookie, token, secure=self._secure, httponly=True, samesite="lax", path="/")

    def find(self, request: Request) -> Member | None:
        """Return who is in, or None."""
        token = request.cookies.get(self.cookie)
        session = self._members.session(_digest(token), self._patience) if token else None
        return session.member if session else None

    def forget(self) -> int:
        """Forget visits whose time is over; return how many."""
        return self._members.forget_sessions(self._patience)

    def close(self, request: Request, response: Response) -> None:
        """End a visit."""
        token = request.cookies.get(self.cookie)
        if token:
            self._members.close_session(_digest(token))
        response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="lax")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
