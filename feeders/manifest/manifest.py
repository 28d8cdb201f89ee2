"""A manifest in memory: which files a batch should have, with which content, and what is declared about each."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from documents.arrival import Declaration
from feeders.content import read
from feeders.manifest.declared import Reading
from feeders.manifest.rows import Row, read_csv, read_json
from feeders.problem import Problem, ProblemCode

MANIFEST_NAMES: Final = ("manifest.csv", "manifest.json")

_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a manifest says about one file."""

    declaration: Declaration
    #: SHA-256 of the file's content, hex.
    sha256: str = field(repr=False)
    #: What the feeder should know about it.
    problems: tuple[ProblemCode, ...] = ()
    #: The line it stands on, if it stands on one.
    line: int | None = None

    def reported(self, batch: str | None) -> tuple[Problem, ...]:
        """Return the problems as the feeder is told them."""
        name = self.declaration.file_name
        return tuple(Problem(code=code, file_name=name, batch=batch, line=self.line) for code in self.problems)


def judge(content: bytes, file_name: str, manifest: "Manifest | None") -> Verdict:
    """Return what is declared about a file that came, in a batch with a manifest or without.

    Args:
        content: The file's bytes.
        file_name: The file's name below the batch's folder.
        manifest: The batch's manifest, if it has one.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    if manifest is None:
        return Verdict(declaration=Declaration(file_name=file_name), sha256=sha256)
    return manifest.judge(file_name, sha256)


def manifest_in(folder: int, name: str, largest: int) -> "Manifest":
    """Return the manifest in a folder; what cannot be read is an unreadable manifest.

    Args:
        folder: Descriptor of the folder.
        name: One of `MANIFEST_NAMES`.
        largest: Most bytes that are read.

    Raises:
        Changed: It is being written.
        FileNotFoundError: It is gone.
    """
    content = read(name, folder, largest)
    return Manifest.load(name, b"" if isinstance(content, ProblemCode) else content)


class Manifest:
    """The lines of a manifest by file.

    A line rests as compact text until its file is asked for: a hundred thousand lines are some tens of megabytes.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._rows: dict[str, bytes] = {}
        self._problems: list[tuple[ProblemCode, str, int | None]] = []

    @classmethod
    def load(cls, name: str, content: bytes) -> "Manifest":
        """Read a manifest; what is wrong with it becomes its problems, never an error.

        Args:
            name: One of `MANIFEST_NAMES`: decides the form.
            content: Its bytes.
        """
        manifest = cls()
        try:
            for row in read_json(content) if name.endswith(".json") else read_csv(content):
                manifest._add(row)
        except ValueError:
            manifest._problems.append((ProblemCode.MANIFEST_UNREADABLE, "", None))
        return manifest

    def __len__(self) -> int:
        """Return how many files it names."""
        return len(self._rows)

    def judge(self, file_name: str, sha256: str) -> Verdict:
        """Return what it says about a file that came. What is not the declared content has no declaration.

        Args:
            file_name: The file's name below the batch's folder.
            sha256: SHA-256 of its content, hex, lower case.
        """
        rest = self._rows.get(_key(file_name))
        if rest is None:
            extra = () if self._is_unreadable() else (ProblemCode.MANIFEST_EXTRA,)
            return Verdict(declaration=Declaration(file_name=file_name), sha256=sha256, problems=extra)
        line, cells = _row(rest)
        if cells.get("sha256", sha256).lower() != sha256:
            altered = (ProblemCode.MANIFEST_ALTERED,)
            return Verdict(declaration=Declaration(file_name=file_name), sha256=sha256, problems=altered, line=line)
        reading = Reading(cells)
        declaration = reading.declaration(file_name)
        return Verdict(declaration=declaration, sha256=sha256, problems=tuple(reading.problems), line=line)

    def line_of(self, file_name: str) -> int | None:
        """Return the line on which a file stands, or None."""
        rest = self._rows.get(_key(file_name))
        return None if rest is None else _line(rest)

    def problems(self, batch: str | None) -> Iterator[Problem]:
        """Yield what is wrong with the manifest itself, in its order."""
        for code, file_name, line in self._problems:
            yield Problem(code=code, file_name=file_name, batch=batch, line=line)

    def missing(self, taken: AbstractSet[int], batch: str | None) -> Iterator[Problem]:
        """Yield the files that it names and that never came.

        Args:
            taken: Lines whose files came.
            batch: The batch it belongs to.
        """
        for name, rest in self._rows.items():
            line = _line(rest)
            if line not in taken:
                yield Problem(code=ProblemCode.MANIFEST_MISSING, file_name=name, batch=batch, line=line)

    def _add(self, row: Row) -> None:
        cells = row.cells or {}
        name = _key(cells.get("file", ""))
        if not name or not _SHA256.fullmatch(cells.get("sha256", "0" * 64)):
            self._problems.append((ProblemCode.MANIFEST_LINE, name, row.line))
            return
        if name in self._rows:
            self._double(name, row.line, cells)
            return
        self._rows[name] = _rest(row.line, cells)
        reading = Reading(cells)
        reading.declaration(name)
        self._problems.extend((code, name, row.line) for code in reading.problems)

    def _double(self, name: str, line: int, cells: dict[str, str]) -> None:
        """Keep the first of equal lines; of lines that contradict each other keep that the file is expected."""
        self._problems.append((ProblemCode.MANIFEST_DUPLICATE, name, line))
        first, known = _row(self._rows[name])
        if known != cells:
            self._rows[name] = _rest(first, {"file": name})

    def _is_unreadable(self) -> bool:
        return any(code is ProblemCode.MANIFEST_UNREADABLE for code, _, _ in self._problems)


def _key(file_name: str) -> str:
    """Return a name as it is compared: slashes, no leading ``./``, accents composed (macOS writes them apart)."""
    return unicodedata.normalize("NFC", file_name.replace("\\", "/")).removeprefix("./")


def _rest(line: int, cells: dict[str, str]) -> bytes:
    return json.dumps([line, cells], ensure_ascii=False, separators=(",", ":")).encode()


def _line(rest: bytes) -> int:
    """Return the line alone: the rest of a long manifest need not be read for it."""
    return int(rest[1 : rest.index(b",")])


def _row(rest: bytes) -> tuple[int, dict[str, str]]:
    line, cells = json.loads(rest)
    return int(line), dict(cells)
