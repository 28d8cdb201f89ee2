"""Who a request comes from: a session's cookie, a bearer token, or a client certificate that the proxy vouches for."""

from typing import Final

from fastapi import Request

from documents.member import Member
from storage.members.interface import Members
from verso.settings import Settings
from web.access.local import ISSUER as LOCAL
from web.access.origin import is_own
from web.access.provider import Provider
from web.access.session import Sessions
from web.access.visitor import Visitor
from web.problems import ForeignOrigin, Unknown

#: Who vouches for members that show a client certificate.
CERTIFICATES: Final = "mtls"


class Arriving:
    """Finds out who asks, before any route does."""

    def __init__(self, members: Members, sessions: Sessions, settings: Settings, provider: Provider | None) -> None:
        """Know members by session, by a provider's token if there is one, and by certificate if the settings say so."""
        self._members = members
        self._sessions = sessions
        self._provider = provider
        self._audience = settings.token_audience or settings.web_url
        self._certificate = settings.certificate_header
        self._local = settings.local_password is not None

    def visitor(self, request: Request) -> Visitor | None:
        """Return who asks; None when nobody is in. Blocks: the register and the provider are asked.

        Raises:
            Unknown: A token was shown that stands for nobody.
            ForeignOrigin: A page of another site tries to use the visitor's cookie.
        """
        authorization = request.headers.get("authorization")
        if authorization is not None:
            return Visitor(member=self._bearer(authorization), by_cookie=False)
        fingerprint = request.headers.get(self._certificate) if self._certificate else None
        if fingerprint is not None:
            return Visitor(member=self._known(CERTIFICATES, fingerprint.lower().replace(":", "")), by_cookie=False)
        member = self._sessions.find(request)
        if member is None or (member.issuer == LOCAL and not self._local):
            return None
        if not is_own(request):
            raise ForeignOrigin
        return Visitor(member=member, by_cookie=True)

    def _bearer(self, authorization: str) -> Member:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or self._provider is None:
            raise Unknown
        return self._known(self._provider.issuer, self._provider.bearer(token.strip(), self._audience))

    def _known(self, issuer: str, subject: str) -> Member:
        member = self._members.member(issuer, subject)
        if member is None:
            raise Unknown
        return member
