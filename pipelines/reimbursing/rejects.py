"""Rejects: the lines of a night that were not taken, by file and number, each with its reason; nothing they said."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Final

from pipelines.reimbursing.faults import BY_CODE, LineFault

#: The header of a rejects file.
HEADER: Final = ("file", "line", "code", "sentence", "phrase")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Reject:
    """One line that was not taken."""

    #: Which file of the manifest, from 0.
    file: int
    #: Its number in the file as handed over and unpacked, from 1; a CSV's header is line 1.
    line: int
    code: str

    @property
    def fault(self) -> LineFault:
        """What is wrong with it."""
        return BY_CODE[self.code]


def rejects_to_json(rejects: Iterable[Reject]) -> bytes:
    """Return rejects as they rest."""
    return json.dumps([[one.file, one.line, one.code] for one in rejects]).encode()


def rejects_from_json(content: bytes) -> list[Reject]:
    """Read rejects as they rested."""
    return [Reject(file=file, line=line, code=code) for file, line, code in json.loads(content)]


def rejects_to_csv(rejects: Iterable[Reject], names: Sequence[str]) -> Iterator[str]:
    """Yield the rejects file line by line: file, number, code, and the sentence in English and in French.

    Args:
        rejects: The lines.
        names: Names of the night's files, in the manifest's order.
    """
    yield _row(HEADER)
    for one in rejects:
        yield _row((names[one.file], one.line, one.code, one.fault.sentence, one.fault.sentence_fr))


def _row(cells: Iterable[object]) -> str:
    written = StringIO()
    csv.writer(written, delimiter=";", lineterminator="\n").writerow(cells)
    return written.getvalue()
