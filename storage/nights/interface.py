"""What a register of insurers' nights promises. Every back end passes `tests/contracts/nights.py`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from documents.document import DocumentId, PatientRef, SealedObject
from documents.night import Night
from storage.nights.clearing import Clearing

#: Slots are the first 32 bits of a patient's key: a part of a night holds the patients of a range of them.
SLOTS: Final = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Some lines of a night that rest sealed, checked and shared out: as far as these, nothing is read again."""

    #: Which of the night's, from 1.
    number: int
    #: Which file of the manifest, from 0, and up to which line of it, inclusive.
    file: int
    through: int
    #: What rests of it: its lines, a part of the night each, and what became of them.
    sealed: tuple[SealedObject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a patient's reimbursed care stood after the last night that changed it. Keyed hashes and numbers."""

    insurer: str
    #: Keyed hash of the patient's number, in hex; its own, so that it is found without the keeper of the master keys.
    key: str
    #: Pseudonym of that number.
    patient: PatientRef
    #: Keyed hash of the care.
    digest: str
    #: Keyed hash of number and traits.
    whose: str
    #: Keyed hash of the day on which the oldest care falls out of the window; None where there is none.
    falls: str | None
    #: Grows by one at every change.
    version: int
    #: Number of the night that changed it last.
    night: int
    #: Number of the document's edition that shows it: it does not grow while the patient's record is erased.
    edition: int
    #: That document; None where the patient's record was erased.
    document: DocumentId | None
    #: Keyed hashes of what was said, see `pipelines.reimbursing.echo`; None where an earlier release wrote it.
    said: bytes | None = field(default=None, repr=False)

    @property
    def slot(self) -> int:
        """Where it stands among all patients."""
        return slot_of(self.key)


def slot_of(key: str) -> int:
    """Return where a patient's key stands among all, below `SLOTS`."""
    return int(key[:8], 16)


class Nights(Protocol):
    """The register of nights, of their files and runs, and of the standings of patients.

    Every method is one transaction: durable on return, or not done at all. Safe from many processes at once.
    Failures of the database raise `documents.errors.LedgerUnavailable`.
    """

    def begin(self, night: Night, files: Collection[DocumentId]) -> Night:
        """Record that a night is begun, with its files. Twice by the same document is safe; a refused one gives way.

        Returns:
            The night as it is recorded now: another document's where that one came first.
        """
        ...

    def night(self, insurer: str, number: int) -> Night | None:
        """Return a night; None where none of that number was ever begun."""
        ...

    def nights(self, insurer: str, limit: int = 50) -> Sequence[Night]:
        """Return an insurer's nights, the highest number first."""
        ...

    def last_applied(self, insurer: str) -> Night | None:
        """Return the applied night of the highest number."""
        ...

    def under_way(self, insurer: str) -> Night | None:
        """Return the night that is being applied, of the lowest number."""
        ...

    def insurers(self) -> Sequence[str]:
        """Return all insurers of whom a night was ever begun, in alphabetical order."""
        ...

    def claimant(self, file: DocumentId) -> Night | None:
        """Return the night that named a file last; None where none did."""
        ...

    def end(self, night: Night) -> None:
        """Record what became of a night, with its reconciliation, and forget its runs. Twice is safe."""
        ...

    def note_run(self, document: DocumentId, run: Run) -> None:
        """Record a run of a night. Twice is safe: the first one stands."""
        ...

    def runs(self, document: DocumentId) -> Sequence[Run]:
        """Return the runs of a night so far, in their order."""
        ...

    def standings(self, insurer: str, keys: Iterable[str]) -> Mapping[str, Standing]:
        """Return those of an insurer's patients that are known, by their keys."""
        ...

    def between(self, insurer: str, slots: range) -> Mapping[str, Standing]:
        """Return all of an insurer's patients of a range of slots, by their keys."""
        ...

    def falling(self, insurer: str, tokens: Collection[str], slots: range) -> Mapping[str, Standing]:
        """Return the patients of a range of slots whose oldest care falls out of the window on any of some days."""
        ...

    def filed(self, insurer: str, night: int, slots: range) -> Mapping[str, Standing]:
        """Return the patients of a range of slots whose care a night was the last to change."""
        ...

    def unkept(self, insurer: str, night: int) -> int:
        """Return of how many of the patients whom a night was the last to change nothing is kept: they were erased."""
        ...

    def advance(self, standing: Standing) -> bool:
        """Record how a patient's care stands now, in place of the version before.

        Returns:
            False when that is not the version before any more: somebody else was first, and nothing is changed.
        """
        ...


class WithNights(Clearing, Protocol):
    """A ledger in whose database there is a register of insurers' nights, and an end to the files of past ones."""

    @property
    def nights(self) -> Nights:
        """The register."""
        ...
