"""Unpacking: an arrival that holds several documents becomes as many arrivals, each with what is declared of it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final

from documents.arrival import Arrival, Declaration
from documents.errors import HarmfulFile, Refused, TooLarge
from feeders.manifest.manifest import MANIFEST_NAMES, Manifest
from feeders.naming import is_passing
from feeders.problem import Problem, ProblemCode
from pipelines.unpack.interface import Enclosed, Unpacker

_CODES: Final = {code.value: code for code in ProblemCode}
_ZIP: Final = b"PK\x03\x04"
#: Containers within each other: a message in an archive in a mail.
_DEEPEST: Final = 2
#: What an archive of office software begins with, which is one document.
_OFFICE: Final = (b"[Content_Types].xml", b"mimetypeapplication/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """One document of a container, or what is wrong with it, or both."""

    arrival: Arrival | None = None
    problems: tuple[Problem, ...] = ()


def unpack(arrival: Arrival, unpacker: Unpacker, *, depth: int = 0) -> Iterator[Unpacked]:
    """Yield what an arrival holds, one document in memory at a time; the arrival itself when it is one document.

    The same container gives the same documents whenever it is unpacked: what was received before is known by its bytes.

    Args:
        arrival: The arrival.
        unpacker: Opens containers.
        depth: How many containers it came out of.

    Raises:
        Interrupted: The confined process could not be used for a reason of the world.
    """
    name = arrival.declaration.file_name
    try:
        found = unpacker.enclosed(arrival.content)
    except Refused as refusal:
        code = ProblemCode.ARCHIVE_HARMFUL if isinstance(refusal, HarmfulFile) else ProblemCode.ARCHIVE_DAMAGED
        yield Unpacked(problems=(Problem(code=code, file_name=name, batch=arrival.batch),))
        return
    if found is None:
        yield Unpacked(arrival=arrival)
        return
    yield from _Opening(arrival, unpacker, found, depth).documents()


class _Opening:
    """One container while it is taken apart."""

    def __init__(self, arrival: Arrival, unpacker: Unpacker, found: Sequence[Enclosed], depth: int) -> None:
        self._arrival = arrival
        self._depth = depth
        self._unpacker = unpacker
        files = [one for one in found if not any(map(is_passing, _parts(one))) and "__MACOSX" not in _parts(one)]
        self._documents = [one for one in files if _parts(one)[-1] not in MANIFEST_NAMES]
        self._folders = {
            _parts(one)[:-1]: _Folder(self._manifest(one)) for one in files if _parts(one)[-1] in MANIFEST_NAMES
        }

    def documents(self) -> Iterator[Unpacked]:
        """Yield every document, then what the manifests got wrong."""
        if not self._documents:
            yield self._problem(ProblemCode.ARCHIVE_EMPTY, self._arrival.declaration.file_name)
        for one in self._documents:
            yield from self._document(one)
        for folder in self._folders.values():
            problems = (*folder.manifest.problems(self._batch), *folder.manifest.missing(folder.taken, self._batch))
            for problem in problems:
                yield Unpacked(problems=(replace(problem, file_name=self._within(problem.file_name)),))

    @property
    def _batch(self) -> str | None:
        return self._arrival.batch

    def _document(self, one: Enclosed) -> Iterator[Unpacked]:
        name = self._within(one.name)
        folder, below = self._folder_of(one)
        if one.fault is not None:
            yield self._problem(_CODES.get(one.fault, ProblemCode.ARCHIVE_DAMAGED), name)
            if folder is not None:
                folder.note(folder.manifest.line_of(below))
            return
        content = self._content(one)
        if isinstance(content, ProblemCode):
            yield self._problem(content, name)
            return
        problems = [] if one.note is None else [_CODES[one.note]]
        declaration = replace(one.declaration, file_name=name)
        if not _is_as_stated(one, content):
            problems.append(ProblemCode.XDM_ALTERED)
            declaration = Declaration(file_name=name)
        said = self._arrival.declaration if len(self._documents) == 1 else Declaration()
        if folder is not None:
            verdict = folder.manifest.judge(below, hashlib.sha256(content).hexdigest())
            folder.note(verdict.line)
            problems.extend(verdict.problems)
            said = verdict.declaration
        declaration, contradicted = _joined(replace(said, file_name=name), declaration)
        problems.extend([ProblemCode.DECLARATIONS_DIFFER] if contradicted else [])
        told = tuple(Problem(code=code, file_name=name, batch=self._batch) for code in problems)
        inner = replace(self._arrival, content=content, declaration=declaration)
        if self._depth >= _DEEPEST:
            yield Unpacked(arrival=inner, problems=told)
            return
        for opened in unpack(inner, self._unpacker, depth=self._depth + 1):
            yield replace(opened, problems=(*told, *opened.problems))

    def _content(self, one: Enclosed) -> bytes | ProblemCode:
        if one.fault is not None or one.size == 0:
            return b""
        try:
            content = self._unpacker.take(self._arrival.content, one.place)
        except TooLarge:
            return ProblemCode.TOO_LARGE
        except Refused:
            return ProblemCode.ARCHIVE_DAMAGED
        # An archive in an archive is how bombs multiply; in a mail it is how archives travel.
        nested = content.startswith(_ZIP) and (self._arrival.content.startswith(_ZIP) or self._depth >= _DEEPEST)
        office = any(mark in content[:200] for mark in _OFFICE)
        return ProblemCode.ARCHIVE_NESTED if nested and not office else content

    def _manifest(self, one: Enclosed) -> Manifest:
        """Return a manifest; what cannot be read is an unreadable one."""
        content = self._content(one)
        return Manifest.load(_parts(one)[-1], b"" if isinstance(content, ProblemCode) else content)

    def _folder_of(self, one: Enclosed) -> tuple["_Folder | None", str]:
        """Return the nearest folder with a manifest, and the document's name below it."""
        parts = _parts(one)
        for depth in reversed(range(len(parts))):
            if parts[:depth] in self._folders:
                return self._folders[parts[:depth]], "/".join(parts[depth:])
        return None, one.name

    def _within(self, name: str) -> str:
        return f"{self._arrival.declaration.file_name}/{name}".removesuffix("/")

    def _problem(self, code: ProblemCode, name: str) -> Unpacked:
        return Unpacked(problems=(Problem(code=code, file_name=name, batch=self._batch),))


@dataclass(slots=True)
class _Folder:
    """A folder of the container whose manifest speaks for what is below it."""

    manifest: Manifest
    #: Lines whose files were found.
    taken: set[int] = field(default_factory=set)

    def note(self, line: int | None) -> None:
        if line is not None:
            self.taken.add(line)


def _parts(one: Enclosed) -> tuple[str, ...]:
    return PurePosixPath(one.name).parts or ("",)


def _is_as_stated(one: Enclosed, content: bytes) -> bool:
    """Compare with the digest that the container states, and with the size."""
    if one.size is not None and one.size != len(content):
        return False
    return one.sha1 is None or one.sha1 == hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _joined(said: Declaration, own: Declaration) -> tuple[Declaration, bool]:
    """Return what a manifest says completed by what the container does; of two patients, neither."""
    if said.ins and own.ins and said.ins != own.ins:
        return replace(said.completed_by(own), ins=None, traits=None), True
    return said.completed_by(own), False
