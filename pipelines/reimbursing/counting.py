"""Counting: what became of a night's lines, by file and section, and of its patients, put together from its parts."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self

from documents.care import Section
from documents.night import FileTally, Patients, Reconciliation, Tally

_FORMAT: Final = "verso tally 1"


class Fate(StrEnum):
    """What became of a line: exactly one thing."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicates"
    REJECTED = "rejected"


class Outcome(StrEnum):
    """What became of a patient: see `documents.night.Patients`."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Count:
    """Counts that grow."""

    #: Lines by file of the manifest (from 0), section (empty where it is none) and fate.
    lines: Counter[tuple[int, str, Fate]] = field(default_factory=Counter)
    patients: Counter[Outcome] = field(default_factory=Counter)

    def add(self, other: "Count") -> None:
        """Add another's counts."""
        self.lines.update(other.lines)
        self.patients.update(other.patients)

    def of(self, *fates: Fate) -> int:
        """Return how many lines met any of some fates."""
        return sum(count for (_, _, met), count in self.lines.items() if met in fates)

    def reconciliation(self) -> Reconciliation:
        """Return it as whoever asks is told."""
        pairs = sorted({(file, section) for file, section, _ in self.lines})
        return Reconciliation(
            files=tuple(
                FileTally(file=file, section=Section(section) if section else None, tally=self._tally(file, section))
                for file, section in pairs
            ),
            patients=Patients(**{outcome.value: self.patients[outcome] for outcome in Outcome}),
        )

    def to_json(self) -> bytes:
        """Return it as it rests."""
        lines = [[*key, count] for key, count in sorted(self.lines.items()) if count]
        patients = {outcome: count for outcome, count in sorted(self.patients.items()) if count}
        return json.dumps({"format": _FORMAT, "lines": lines, "patients": patients}).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read what rested.

        Raises:
            ValueError: It is of another format.
        """
        said = json.loads(content)
        if said["format"] != _FORMAT:
            raise ValueError("another format")
        return cls(
            lines=Counter({(file, section, Fate(fate)): count for file, section, fate, count in said["lines"]}),
            patients=Counter({Outcome(outcome): count for outcome, count in said["patients"].items()}),
        )

    def _tally(self, file: int, section: str) -> Tally:
        counts = {fate: self.lines[file, section, fate] for fate in Fate}
        return Tally(lines=sum(counts.values()), **{fate.value: count for fate, count in counts.items()})


def summed(counts: Iterable[Count]) -> Count:
    """Return the sum of some counts."""
    whole = Count()
    for count in counts:
        whole.add(count)
    return whole
