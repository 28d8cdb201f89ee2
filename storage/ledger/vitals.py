"""Signs of life: what waits in the ledger, for how long, and which processes are there. Codes and numbers only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from documents.lane import Lane
from documents.stage import Stage


class WorkState(StrEnum):
    """What a piece of work waits for."""

    #: To be sent: its time has come and no message left.
    UNSENT = "unsent"
    #: To be claimed: a message is on its way.
    SENT = "sent"
    #: To be finished: a worker holds it.
    HELD = "held"
    #: For its retry.
    RETRY = "retry"
    #: For the document's parts.
    PARTS = "parts"
    #: For a person: there is no work until somebody settles or replays the document.
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits in one stage for one thing."""

    stage: Stage
    #: The lane in which it travels.
    lane: Lane
    state: WorkState
    count: int
    #: Since when the oldest of these documents has not moved.
    unmoved_since: datetime
    #: From when on the oldest of this work was or will be due; None where there is no work.
    due_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """A sign that a process lived."""

    #: What kind of process: ``worker``, ``courier``, ``watcher``, ``caretaker``.
    kind: str
    #: Which one, as `workers.owner` names it.
    owner: str
    at: datetime
    #: Code of the service that is out and keeps it from starting its work; None once it works.
    waits_for: str | None = None


class Vitals(Protocol):
    """What a ledger tells of the life in an installation."""

    def backlog(self) -> Sequence[Backlog]:
        """Return what waits, by stage, lane and what it waits for. Costs as much as there is that waits."""
        ...

    def beat(self, kind: str, owner: str, waits_for: str | None = None) -> None:
        """Note that a process lives, and what keeps it from starting. What has been silent for a day is forgotten."""
        ...

    def pulses(self) -> Sequence[Pulse]:
        """Return the last sign of life of every process."""
        ...
