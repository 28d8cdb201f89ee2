"""A member: a person or a program that may come in by the web, in which role, and for which feeder."""

import hashlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, NewType

from documents.actor import ActorRole
from documents.feeder import Feeder

#: 32 lower-case hex characters, derived from who vouches for the member and under which name.
MemberId = NewType("MemberId", str)


#: The roles in which somebody may come in by the web. A practitioner and a secretary see to their feeder's documents,
#: an operator to a hospital's batches, an insurer to its own; an administrator runs the installation.
ROLES: Final[AbstractSet[ActorRole]] = frozenset(
    {
        ActorRole.PRACTITIONER,
        ActorRole.SECRETARY,
        ActorRole.OPERATOR,
        ActorRole.INSURER,
        ActorRole.ADMINISTRATOR,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who was let in."""

    #: Who vouches: the issuer's URL, or ``local`` for accounts of development.
    issuer: str
    #: Under which name the issuer knows them: an opaque subject, the id of a program, or a login.
    subject: str
    role: ActorRole
    #: For whom documents are handed over and settled. None for an administrator alone.
    feeder: Feeder | None = None

    def __post_init__(self) -> None:
        """Check that whoever handles documents does it for a feeder.

        Raises:
            ValueError: Nobody comes in by the web in this role, or the role and the feeder do not go together.
        """
        if self.role not in ROLES:
            message = "nobody comes in by the web in this role"
            raise ValueError(message)
        if (self.feeder is None) is not (self.role is ActorRole.ADMINISTRATOR):
            message = "everybody but an administrator acts for a feeder, and an administrator for none"
            raise ValueError(message)

    @property
    def id(self) -> MemberId:
        """The member's id."""
        return MemberId(hashlib.sha256(f"{self.issuer}\x00{self.subject}".encode()).hexdigest()[:32])
