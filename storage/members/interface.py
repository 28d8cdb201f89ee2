"""What a register of members promises. Every back end passes `tests/contracts/members.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from documents.member import Member, MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One visit of a member."""

    member: Member
    #: When it began.
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a visit lasts."""

    #: Without anything being asked.
    idle: timedelta
    #: At most, whatever is asked.
    longest: timedelta


class Members(Protocol):
    """The register of members, and the sessions of those who are in.

    Every method is one transaction: durable on return, or not done at all. Safe from many processes at once.
    Failures of the database raise `documents.errors.LedgerUnavailable`. A session is found by the SHA-256 of its
    token: who reads the register can take nobody's place.
    """

    def enroll(self, member: Member) -> bool:
        """Let somebody in from now on, or change their role and feeder: their open sessions end then.

        Returns:
            True when they are new.
        """
        ...

    def dismiss(self, member: MemberId) -> bool:
        """Let somebody in no more, and end their sessions.

        Returns:
            False when there was no such member.
        """
        ...

    def member(self, issuer: str, subject: str) -> Member | None:
        """Return whom an issuer vouches for under a name, or None where nobody of that name is let in."""
        ...

    def members(self) -> Sequence[Member]:
        """Return everybody, by issuer and subject."""
        ...

    def open_session(self, member: Member, digest: str) -> None:
        """Begin a visit, under the SHA-256 of its token, hex.

        Raises:
            UnknownMember: They are not let in.
        """
        ...

    def session(self, digest: str, patience: Patience) -> Session | None:
        """Return a visit that goes on, and note that it does; None when there is none or its time is over."""
        ...

    def close_session(self, digest: str) -> None:
        """End a visit. Twice is safe."""
        ...

    def forget_sessions(self, patience: Patience) -> int:
        """Forget visits whose time is over; return how many."""
        ...
