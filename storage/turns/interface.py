"""What a register of turns promises. Every back end passes `tests/contracts/turns.py`."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Turn(StrEnum):
    """What only one may do at a time. Stands in the ledger: never rename one."""

    #: To see to insurers' nights while their window is open; while somebody holds it, their work is sent.
    NIGHTS = "nights"


class Turns(Protocol):
    """The register of turns: who holds which, and until when. A turn whose time is over is anybody's.

    Every method is one transaction: durable on return, or not done at all. Safe from many processes at once.
    Failures of the database raise `documents.errors.LedgerUnavailable`.
    """

    def take(self, turn: Turn, owner: str, lasting: timedelta) -> bool:
        """Take a turn, or hold it longer.

        Returns:
            False when somebody else holds it.
        """
        ...

    def leave(self, turn: Turn, owner: str) -> None:
        """Give a turn up. Twice is safe, and so is one that somebody else holds by now."""
        ...

    def held_until(self, turn: Turn) -> datetime | None:
        """Return until when somebody holds a turn; None when nobody does."""
        ...
