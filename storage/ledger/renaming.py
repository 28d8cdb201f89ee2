"""What a ledger knows of patients' numbers that change: which stands for which now."""

from dataclasses import dataclass, field
from typing import Protocol

from documents.document import PatientRef
from documents.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A patient's number that is no longer used, and the one that stands for the same person."""

    old: PatientRef
    new: PatientRef
    #: The number that stands now with its authority, sealed.
    sealed_number: bytes = field(repr=False)


class Renaming(Protocol):
    """The part of `storage.ledger.interface.Ledger` that knows which number stands for another."""

    def rename(self, alias: Alias, event: Event) -> None:
        """Let a patient's number stand for another from now on, and record the event.

        The newest word counts: whatever stood for either of the two before is forgotten, so that no number ever leads
        back to itself.
        """
        ...

    def alias(self, patient: PatientRef) -> Alias | None:
        """Return the number that stands for another now, however often that one changed; None when it is in use."""
        ...

    def former(self, patient: PatientRef) -> frozenset[PatientRef]:
        """Return the numbers for which another stands now: those that it replaced, and those that these had."""
        ...
