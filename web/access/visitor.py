"""A visitor: somebody who was let in, as a request brings them, and the guard that asks what they may do."""

from dataclasses import dataclass

from fastapi import Request

from documents.actor import Actor
from documents.feeder import Feeder
from documents.member import Member
from web.access.rights import RIGHTS, Right
from web.problems import Denied, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Who asks."""

    member: Member
    #: Whether the request came with a session's cookie, which a browser sends by itself, rather than with a token.
    by_cookie: bool

    @property
    def actor(self) -> Actor:
        """Who they are in the audit trail."""
        return Actor(role=self.member.role, identity=self.member.subject)

    @property
    def feeder(self) -> Feeder:
        """For whom they act.

        Raises:
            Denied: For nobody.
        """
        if self.member.feeder is None:
            raise Denied
        return self.member.feeder

    def may(self, right: Right) -> bool:
        """Tell whether they have a right."""
        return right in RIGHTS[self.member.role]


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets through who has a right; every route has one, or is one of the few that stand open."""

    right: Right

    def __call__(self, request: Request) -> Visitor:
        """Return the visitor.

        Raises:
            Unknown: Nobody is in.
            Denied: They have no such right.
        """
        visitor: Visitor | None = request.state.visitor
        if visitor is None:
            raise Unknown
        if not visitor.may(self.right):
            raise Denied
        return visitor


def whoever(request: Request) -> Visitor:
    """Return the visitor, whatever they may do.

    Raises:
        Unknown: Nobody is in.
    """
    visitor: Visitor | None = request.state.visitor
    if visitor is None:
        raise Unknown
    return visitor
