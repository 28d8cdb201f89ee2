"""The acknowledgement: what became of a batch, told to its feeder in two files, and nothing it did not know already."""

import csv
import io
import json
import os
import re
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from documents.action import Action
from documents.errors import Erased, InboxUnavailable, Refused
from documents.night_refusals import NightRefused
from documents.stage import Stage
from feeders.problem import Problem

_BATCH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
#: A cell that begins so is run by spreadsheets (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Phase(StrEnum):
    """When a batch is answered."""

    #: Every document is safe with us: the feeder may forget it.
    RECEIVED = "received"
    #: Nothing more happens to any of them, unless a person asks.
    SETTLED = "settled"


class Answer(StrEnum):
    """What became of one document, as its feeder is told."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    ERASED = "erased"
    REFUSED = "refused"
    REVIEW = "review"
    STORED = "stored"


_ANSWERS: Final = {
    Stage.STORED: Answer.STORED,
    # Of a file of an insurer's night: what it says stands in the records.
    Stage.MERGED: Answer.STORED,
    Stage.REVIEW: Answer.REVIEW,
    Stage.REFUSED: Answer.REFUSED,
    Stage.ERASED: Answer.ERASED,
}
_REFUSALS: Final = (*Refused.__subclasses__(), *NightRefused.__subclasses__())
_SENTENCES: Final = {refusal.code: refusal.sentence_fr for refusal in _REFUSALS} | {
    Erased.code: Erased.sentence_fr,
    Action.DECLARED_OTHERWISE.value: "Ce document est déjà traité : le patient ou le type déclaré cette fois n'est pas "
    "pris en compte. Demandez une correction à l'établissement.",
}


def became(stage: Stage) -> Answer:
    """Return what a feeder is told of a document in a stage: on its way and dead alike, it is accepted."""
    return _ANSWERS.get(stage, Answer.ACCEPTED)


def sentence_of(code: str | None) -> str | None:
    """Return what a feeder is told of a reason, in French; None where there is nothing to tell."""
    return _SENTENCES.get(code or "")


class Answerable(Protocol):
    """What a feeder is told, as a machine reads it and as a spreadsheet does."""

    @property
    def stem(self) -> str:
        """What its files are called, without their suffix."""
        ...

    def to_json(self) -> bytes:
        """Return it for a machine."""
        ...

    def to_csv(self) -> bytes:
        """Return it for a spreadsheet."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """What became of one file."""

    #: Its name, as the feeder gave it.
    file_name: str = field(repr=False)
    answer: Answer
    #: What became of the document that a duplicate repeats. None for any other.
    state: Answer | None = None
    #: Why, when it was refused or needs a person: a code of `docs/errors.md`.
    code: str | None = None
    #: The same for a person.
    sentence_fr: str | None = None
    #: The national error code for it, where there is one (900 to 905): see `pipelines.identify.national`.
    national_code: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """The answer to one batch."""

    batch: str
    phase: Phase
    #: Aware, in UTC.
    written_at: datetime
    lines: tuple[AnswerLine, ...]
    #: What was wrong with the way it was handed over.
    problems: tuple[Problem, ...] = ()

    @property
    def stem(self) -> str:
        """How the names of its files begin.

        Raises:
            ValueError: The batch's id cannot be part of a name.
        """
        if not _BATCH.fullmatch(self.batch):
            message = "not the id of a batch"
            raise ValueError(message)
        return f"{self.batch}-{self.phase}"

    def to_json(self) -> bytes:
        """Return it for a machine."""
        tree = {
            "batch": self.batch,
            "phase": self.phase,
            "written_at": self.written_at.isoformat(),
            "totals": dict(sorted(Counter(line.answer.value for line in self.lines).items())),
            "files": [
                {
                    "file": line.file_name,
                    "answer": line.answer,
                    "state": line.state,
                    "code": line.code,
                    "national_code": line.national_code,
                    "sentence": line.sentence_fr,
                }
                for line in self.lines
            ],
            "problems": [
                {"file": p.file_name, "line": p.line, "code": p.code, "sentence": p.code.sentence_fr}
                for p in self.problems
            ],
        }
        # ASCII only: no name can turn the direction of the text or hide in it.
        return (json.dumps(tree, indent=1) + "\n").encode("ascii")

    def to_csv(self) -> bytes:
        """Return it for a spreadsheet: semicolons and a byte order mark, as French ones expect; nothing in it runs."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(("file", "answer", "state", "code", "national_code", "sentence", "manifest_line"))
        for line in self.lines:
            national = str(line.national_code or "")
            told = (
                line.file_name,
                line.answer,
                line.state or "",
                line.code or "",
                national,
                line.sentence_fr or "",
                "",
            )
            writer.writerow(map(cell, told))
        for problem in self.problems:
            number = "" if problem.line is None else str(problem.line)
            row = (problem.file_name, "problem", "", problem.code, "", problem.code.sentence_fr, number)
            writer.writerow(map(cell, row))
        return text.getvalue().encode("utf-8-sig", "backslashreplace")


def write_acknowledgement(outbox: Path, acknowledgement: Answerable) -> tuple[Path, Path]:
    """Write an answer as JSON and CSV, each appearing whole; writing it again replaces it.

    Args:
        outbox: The feeder's directory for answers; made, for its owner alone, when it is not there.
        acknowledgement: The answer.

    Returns:
        The two files.

    Raises:
        InboxUnavailable: The outbox cannot be written.
        ValueError: The batch's id cannot be part of a file's name.
    """
    stem = acknowledgement.stem
    try:
        _make(outbox)
        # The CSV comes last: who waits for either finds both.
        written = _write(outbox / f"{stem}.json", acknowledgement.to_json())
        return written, _write(outbox / f"{stem}.csv", acknowledgement.to_csv())
    except OSError as error:
        raise InboxUnavailable(error.strerror or "") from error


def _make(outbox: Path) -> None:
    """Make what is missing of a folder, for nobody else to read. What is there keeps the rights that it was given."""
    for folder in (*reversed(outbox.parents), outbox):
        if not folder.is_dir():
            folder.mkdir(mode=0o700, exist_ok=True)


def _write(path: Path, content: bytes) -> Path:
    """Write a file so that it appears whole, readable by its folder's group if that may list the folder."""
    passing = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        mode = 0o600 | path.parent.stat().st_mode & 0o040
        descriptor = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        passing.unlink(missing_ok=True)
    return path


def cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
