"""An actor: who does something, and in what role. Every event of the audit trail names one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class ActorRole(StrEnum):
    """In what capacity somebody or something acts. Stands in the audit trail: never rename one."""

    #: A process of Verso that works on documents or looks after what rests.
    WORKER = "worker"
    #: A source of papers, through the inbox or the account that is its own.
    FEEDER = "feeder"
    #: Runs the installation, at its command line.
    OPERATOR = "operator"
    #: Grants rights to others.
    ADMINISTRATOR = "administrator"
    #: A professional of health who has a patient's care.
    PRACTITIONER = "practitioner"
    #: Works for practitioners and settles what waits for a person.
    SECRETARY = "secretary"
    #: Acts for an insurer.
    INSURER = "insurer"
    #: The person whose record it is.
    PATIENT = "patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, as the audit trail names them."""

    role: ActorRole
    #: A login, a feeder's name, or a process as `workers.owner` names it. Never a person's name in full.
    identity: str

    @classmethod
    def worker(cls, owner: str) -> Self:
        """Return a process of Verso as an actor."""
        return cls(role=ActorRole.WORKER, identity=owner)

    @classmethod
    def feeder(cls, name: str) -> Self:
        """Return a feeder as an actor."""
        return cls(role=ActorRole.FEEDER, identity=name)

    @classmethod
    def operator(cls, login: str) -> Self:
        """Return the person at the command line as an actor."""
        return cls(role=ActorRole.OPERATOR, identity=login)

    def __str__(self) -> str:
        """Say role and identity, as in ``operator:dupont``."""
        return f"{self.role}:{self.identity}"
