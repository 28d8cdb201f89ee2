"""What an operator asks of a ledger: what was tried, what waits for whom, how old the oldest trouble is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from documents.document import DocumentId
from documents.lane import Lane
from documents.stage import Stage
from storage.ledger.vitals import Vitals


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One failed attempt at a document."""

    #: The part that was read; None when the document itself was moved on.
    part: int | None
    #: Where the document stood.
    stage: Stage
    at: datetime
    #: Why it failed.
    code: str
    #: Which process made it.
    owner: str
    #: With what: release, model, engine. None where its process did not say.
    release: str | None


class Oversight(Vitals, Protocol):
    """The part of a ledger that changes nothing and moves nothing."""

    def tried(self, document_id: DocumentId) -> Sequence[Attempt]:
        """Return the failed attempts at a document, oldest first: those at earlier stages too."""
        ...

    def waiting(self) -> Mapping[str, int]:
        """Return how much work waits, uncounted, for each service that is out, by the code of its outage."""
        ...

    def dead_since(self) -> datetime | None:
        """Return when the document died that has been dead for longest; None where none is dead."""
        ...

    def unsent_since(self, lane: Lane, feeder: str) -> datetime | None:
        """Return since when a feeder's oldest work in a lane waits to be sent; None where none does.

        Work that waits for its retry counts from its next time on, and is not older than that.
        """
        ...

    def unheard(self, after: timedelta, lanes: Collection[Lane] = tuple(Lane)) -> bool:
        """Tell whether some message of these lanes left longer than ``after`` ago and nobody has come for its work.

        A worker with empty hands that is told so is deaf, or all others are slow: it loses nothing by connecting again.
        """
        ...

    def next_retry(self) -> datetime | None:
        """Return when the next piece of sleeping work comes due; None when none sleeps."""
        ...
