"""What a directory inbox hands out: a claimed file, and a finished batch."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from documents.arrival import Arrival
from feeders.inbox.batches import BatchFolder
from feeders.inbox.border import border
from feeders.inbox.workarea import WorkArea
from feeders.naming import shown
from feeders.problem import Problem, ProblemCode
from feeders.tree import HeldFolder, opened


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryClaim:
    """A file in this process's work area."""

    arrival: Arrival
    #: SHA-256 of the content, hex.
    sha256: str = field(repr=False)
    #: What the feeder should know about it.
    problems: tuple[Problem, ...] = ()
    area: WorkArea = field(repr=False)
    #: Where it lies now, below the inbox.
    place: tuple[str, ...] = field(repr=False)
    #: The folder it came in, or the batch of those that stand alone.
    folder: BatchFolder = field(repr=False)
    #: Its line in the manifest, if it has one.
    line: int | None
    #: The inbox, and where the marker stands that said it was whole, if markers are used.
    marker: tuple[HeldFolder, tuple[str, ...]] | None = field(repr=False)

    def acknowledge(self, found: Sequence[Problem] = ()) -> None:
        """Remove it and its marker; note its problems, and its line in the manifest as taken. Twice is safe."""
        with border():
            self.folder.told((*self.problems, *found))
            self.folder.taken(self.line)
            self._remove_marker()
            self.area.drop(self.place)

    def give_back(self) -> None:
        """Let it wait again. Twice is safe."""
        with border():
            self.area.give_back(self.place)

    def _remove_marker(self) -> None:
        if self.marker is None:
            return
        root, parts = self.marker
        with suppress(FileNotFoundError), opened(root.descriptor, parts[:-1]) as folder:
            os.unlink(parts[-1], dir_fd=folder)


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryBatch:
    """A folder of which nothing is left to take."""

    #: Its id.
    batch: str
    #: Name of its folder.
    name: str = field(repr=False)
    folder: BatchFolder = field(repr=False)
    area: WorkArea = field(repr=False)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be taken of it, what was wrong with what was, and what its manifest got wrong."""
        with border():
            # A file that was received twice, after a crash, was told of twice.
            return tuple(dict.fromkeys((*self._set_aside(), *self.folder.problems())))

    @property
    def answered(self) -> bool:
        """Whether its feeder was told that it is received."""
        with border():
            return self.folder.is_answered()

    def note_answered(self) -> None:
        """Note in its journal that its feeder was told. Twice is safe."""
        with border():
            self.folder.note_answered()

    def dismiss(self) -> None:
        """Remove its folder and manifest. Twice is safe."""
        with border():
            self.folder.remove()

    def _set_aside(self) -> Iterator[Problem]:
        reasons = {reason(code, self.batch): code for code in ProblemCode}
        for told, origin in self.area.aside():
            if told in reasons:
                yield Problem(code=reasons[told], file_name=file_name_of(origin), batch=self.batch)


def reason(code: ProblemCode, batch: str | None) -> str:
    """Return what stands on a file that was set aside: its batch and why."""
    return f"{batch or 'alone'}-{code}"


def file_name_of(origin: tuple[str, ...]) -> str:
    """Return a file's name at the feeder, below its batch's folder.

    Args:
        origin: The path that it has, or had, in the inbox.
    """
    return shown("/".join(origin[1:] or origin))
