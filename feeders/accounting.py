"""Accounting: what became of an insurer's night, told to it in files, and nothing that it did not hand over itself.

A reconciliation counts lines and patients as this one insurer named them (`documents.night.Patients`). Nothing here is
looked up in anybody's record: whether a document of another exists moves no number and no byte of an account.
"""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from documents.night import Night, NightStage, Tally
from feeders.acknowledgement import cell, sentence_of

_ENDED: Final = frozenset({NightStage.APPLIED, NightStage.REFUSED})
_HEAD: Final = ("file", "section", *Tally.__dataclass_fields__)
_REJECTS_HEAD: Final = ("file", "line", "code", "sentence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The answer to one night: what became of its lines and of its patients, by file and section."""

    night: Night
    #: Names of its files, in the order of its manifest.
    file_names: Sequence[str] = field(repr=False)

    @property
    def stem(self) -> str:
        """What its files are called."""
        return f"night-{self.night.number:06d}"

    def to_fields(self) -> dict[str, Any]:
        """Return it as plain fields."""
        night, found = self.night, self.night.reconciliation
        return {
            "night": night.number,
            "kind": "full" if night.full else "delta",
            "stage": night.stage,
            "code": night.code,
            "sentence": sentence_of(night.code),
            "received_at": night.received_at.isoformat(),
            "ended_at": night.changed_at.isoformat() if night.stage in _ENDED else None,
            "declared": {"lines": night.lines, "patients": night.patients},
            "lines": None if found is None else asdict(found.total),
            "patients": None if found is None else asdict(found.patients),
            "sections": [] if found is None else [self._line(one.file, one.section, one.tally) for one in found.files],
        }

    def to_json(self) -> bytes:
        """Return it for a machine."""
        return _json(self.to_fields())

    def to_csv(self) -> bytes:
        """Return its lines by file and section for a spreadsheet."""
        return _csv(_HEAD, ([line[name] for name in _HEAD] for line in self.to_fields()["sections"]))

    def _line(self, file: int, section: str | None, tally: Tally) -> dict[str, Any]:
        name = self.file_names[file] if file < len(self.file_names) else ""
        return {"file": name, "section": section, **asdict(tally)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedLine:
    """One line that was not taken. What it said is not repeated."""

    #: Name of its file, as the manifest has it.
    file: str = field(repr=False)
    #: Its number in that file, from 1.
    line: int
    code: str
    #: What is wrong, for a person, in French.
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejects:
    """The lines of one night that were not taken."""

    night: int
    lines: Sequence[RejectedLine] = field(repr=False)

    @property
    def stem(self) -> str:
        """What its files are called."""
        return f"night-{self.night:06d}-rejects"

    def to_json(self) -> bytes:
        """Return them for a machine."""
        return _json({"night": self.night, "rejects": [asdict(line) for line in self.lines]})

    def to_csv(self) -> bytes:
        """Return them for a spreadsheet."""
        return _csv(_REJECTS_HEAD, ([line.file, line.line, line.code, line.sentence] for line in self.lines))


def _json(fields: dict[str, Any]) -> bytes:
    # ASCII only: no name can turn the direction of the text or hide in it.
    return (json.dumps(fields, indent=1) + "\n").encode("ascii")


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows for a spreadsheet: semicolons and a byte order mark, as French ones expect; nothing in it runs."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(head)
    for row in rows:
        writer.writerow([cell("" if value is None else str(value)) for value in row])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")
