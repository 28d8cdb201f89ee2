"""Local accounts: one for each role, for development alone, all under one password that is drawn anew at each start."""

import secrets
from typing import Final

import structlog

from documents.actor import ActorRole
from documents.feeder import Feeder, FeederKind
from documents.member import Member
from storage.members.interface import Members

_log = structlog.get_logger(__name__)

#: Who vouches for local accounts.
ISSUER: Final = "local"

_PRACTICE: Final = Feeder(name="cabinet", kind=FeederKind.PRACTITIONER)
_HOSPITAL: Final = Feeder(name="hospital", kind=FeederKind.HOSPITAL)
_INSURER: Final = Feeder(name="assurance", kind=FeederKind.INSURER)

#: Everybody there is in development.
ACCOUNTS: Final = (
    Member(issuer=ISSUER, subject="medecin", role=ActorRole.PRACTITIONER, feeder=_PRACTICE),
    Member(issuer=ISSUER, subject="secretaire", role=ActorRole.SECRETARY, feeder=_PRACTICE),
    Member(issuer=ISSUER, subject="dim", role=ActorRole.SECRETARY, feeder=_HOSPITAL),
    Member(issuer=ISSUER, subject="exploitant", role=ActorRole.OPERATOR, feeder=_HOSPITAL),
    Member(issuer=ISSUER, subject="assureur", role=ActorRole.INSURER, feeder=_INSURER),
    Member(issuer=ISSUER, subject="admin", role=ActorRole.ADMINISTRATOR),
)


class LocalAccounts:
    """Lets in whoever knows the password."""

    def __init__(self, members: Members, password: str) -> None:
        """Enrol the accounts, and say loudly that they are there."""
        self._members = members
        self._password = password.encode()
        for account in ACCOUNTS:
            members.enroll(account)
        _log.warning("local-accounts-are-open", count=len(ACCOUNTS))

    def member(self, login: str, password: str) -> Member | None:
        """Return who signs in, or None."""
        if not secrets.compare_digest(password.encode(), self._password):
            return None
        return self._members.member(ISSUER, login)
