"""What scrubbing asks of the ledger. Every back end passes `tests/contracts/ledger_scrubbing.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from documents.document import Document, DocumentId
from storage.scrubbing.fault import Fault


class Starter(StrEnum):
    """Who started a pass, and alone goes on with it."""

    CARETAKER = "caretaker"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One pass over everything stored: how far it got, and what it saw."""

    number: int
    starter: Starter
    started_at: datetime
    #: None while it goes on.
    finished_at: datetime | None = None
    #: The last document that was seen to, all documents being seen to in the order of their ids; empty at first.
    cursor: str = ""
    #: Objects read back so far, and the bytes of them.
    objects: int = 0
    size: int = 0
    #: Objects that nobody can read any more, since their keys were destroyed on purpose.
    erased: int = 0


class ScrubLog(Protocol):
    """Remembers passes and what they found. Each method is one transaction, as those of `Ledger`."""

    def walk(self, after: str, limit: int) -> Sequence[Document]:
        """Return the documents whose ids come after some text, in ascending order, with their objects."""
        ...

    def document(self, document_id: DocumentId) -> Document:
        """Return a document with its objects.

        Raises:
            UnknownDocument: There is none.
        """
        ...

    def begin_pass(self, starter: Starter) -> Pass:
        """Record that a pass begins, and return it."""
        ...

    def last_pass(self, starter: Starter | None = None, *, finished: bool | None = None) -> Pass | None:
        """Return the newest pass, of a starter and finished or not if that is asked for; None where there is none."""
        ...

    def advance_pass(self, before: Pass, after: Pass, faults: Sequence[Fault]) -> bool:
        """Record how far a pass got and what it found on the way.

        Returns:
            False when another process got further meanwhile: nothing is changed.
        """
        ...

    def faults(self, number: int) -> Sequence[Fault]:
        """Return what a pass found, in the order of its finding."""
        ...

    def forget_faults(self, number: int, faults: Sequence[Fault]) -> None:
        """Take back what turned out to be no fault before the pass had ended. Twice is safe."""
        ...
