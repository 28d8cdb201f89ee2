"""A night: what an insurer hands over at once, how far it got, and what became of its lines and of its patients."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from documents.care import Section
from documents.document import DocumentId


class NightStage(StrEnum):
    """How far a night has got. Stands in the ledger: never rename one."""

    #: All of it rests with us; it waits for its turn and its window.
    RECEIVED = "received"
    #: It is checked to the last line, and then applied patient by patient; killed, it goes on.
    APPLYING = "applying"
    #: Applied to the last patient. Final.
    APPLIED = "applied"
    #: Nothing of it was applied, and nothing will be: the code says why. Final.
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What became of some lines. A correction and a deletion are lines like others."""

    #: Lines that were read.
    lines: int = 0
    #: Lines that say something, and are taken into account.
    accepted: int = 0
    #: Lines that say what this insurer said before, in this night or an earlier one.
    duplicates: int = 0
    #: Lines that are at fault: each is told to the insurer with its number, code and sentence.
    rejected: int = 0

    @property
    def balances(self) -> bool:
        """Whether every line became exactly one thing."""
        return self.lines == self.accepted + self.duplicates + self.rejected

    def __add__(self, other: "Tally") -> "Tally":
        """Return what became of both."""
        return Tally(
            lines=self.lines + other.lines,
            accepted=self.accepted + other.accepted,
            duplicates=self.duplicates + other.duplicates,
            rejected=self.rejected + other.rejected,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTally:
    """What became of the lines of one section in one file."""

    #: Which of the manifest's files, from 0.
    file: int
    #: None for lines too damaged to tell.
    section: Section | None
    tally: Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Patients:
    """What became of a night's patients, **as far as their insurer knows them**.

    Every number here follows from what this one insurer handed over, in this night and before. Whether anybody else's
    documents of a patient exist, or a record was opened or masked, must never move one of them: the insurer reads them
    (see `feeders.accounting`).
    """

    #: Patients of whom this insurer had never said anything before.
    new: int = 0
    #: Patients whose history is another than before.
    changed: int = 0
    #: Patients whom the night names and whose history is what it was.
    unchanged: int = 0
    #: Patients of whom a line corrects or deletes something and this insurer never said anything.
    unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """What became of a night, to the last line."""

    #: By file and section; each pair once, in the order of the files.
    files: tuple[FileTally, ...] = ()
    patients: Patients = Patients()

    @property
    def total(self) -> Tally:
        """What became of all lines."""
        return sum((one.tally for one in self.files), Tally())

    def by_file(self, file: int) -> Tally:
        """Return what became of the lines of one file."""
        return _sum(one for one in self.files if one.file == file)

    def by_section(self, section: Section | None) -> Tally:
        """Return what became of the lines of one section."""
        return _sum(one for one in self.files if one.section is section)

    @property
    def balances(self) -> bool:
        """Whether every line of every file and section became exactly one thing."""
        return all(one.tally.balances for one in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """One night of one insurer, as the ledger keeps it: numbers and codes alone."""

    #: Name of the feeder.
    insurer: str
    #: Its number: nights are applied in this order.
    number: int
    #: Whether it says all that is reimbursed of the period, rather than what is new of it.
    full: bool
    #: Last day that it covers.
    day: date | None = None
    #: The document whose original is its manifest.
    document: DocumentId | None = None
    stage: NightStage = NightStage.RECEIVED
    #: Why it was refused: a code of `docs/errors.md`. None for any other.
    code: str | None = None
    #: Lines and patients that its manifest declares.
    lines: int
    patients: int
    #: When the last of it was received: what is made of it bears this time, however often the making was begun.
    received_at: datetime
    #: When it got to its stage.
    changed_at: datetime
    #: What became of it. None until it is applied; of a refused night what was counted before.
    reconciliation: Reconciliation | None = field(default=None, repr=False)


def _sum(tallies: Iterable[FileTally]) -> Tally:
    return sum((one.tally for one in tallies), Tally())
