"""The feeder behind `verso ingest PATH…`: files and folders that a person names, read in order, left in place."""

import stat
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from documents.arrival import Arrival
from documents.feeder import Feeder
from feeders.content import Changed, read
from feeders.inbox.rules import Rules
from feeders.manifest.manifest import MANIFEST_NAMES, Manifest, judge, manifest_in
from feeders.naming import shown
from feeders.problem import Problem, ProblemCode
from feeders.tree import HeldFolder, opened, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What became of one path: taken with or without problems, or not taken."""

    #: Where it is. For a file that a manifest misses, the manifest.
    path: Path = field(repr=False)
    #: The file, when it could be taken.
    arrival: Arrival | None = None
    #: What should be known about it. Never empty where there is no arrival.
    problems: tuple[Problem, ...] = ()


class FilesFeeder:
    """Hands over files by path. A folder stands for the files in it and below, without the hidden ones.

    A folder's manifest speaks for the files in it and below. Links found on the way are not followed, and a link that
    is named is not either: shells write them by themselves where they see a ``*``. Whatever cannot be taken becomes a
    problem and the rest goes on.
    """

    def __init__(self, feeder: Feeder, rules: Rules | None = None, *, batch: str | None = None) -> None:
        """Keep what all arrivals have in common.

        Args:
            feeder: In whose name files are handed over.
            rules: What is too large.
            batch: The batch that they all make.
        """
        self._feeder = feeder
        self._rules = rules or Rules()
        self._batch = batch

    def hand_over(self, paths: Iterable[Path]) -> Iterator[Handed]:
        """Yield what the paths hold, in the order given, folders in the order of names."""
        for path in paths:
            try:
                yield from self._path(path)
            except FileNotFoundError:
                yield self._failed(path, ProblemCode.NOT_FOUND)
            except (OSError, ValueError):
                # Unreadable folders, names too long, names with NUL: all of it is about this path only.
                yield self._failed(path, ProblemCode.UNREADABLE)

    def _path(self, path: Path) -> Iterator[Handed]:
        if stat.S_ISDIR(path.lstat().st_mode):
            with closing(HeldFolder(path)) as root:
                yield from self._tree(path, root.descriptor)
        else:
            with closing(HeldFolder(path.parent)) as parent:
                yield self._file(path, parent.descriptor, (path.name,), _Folder())

    def _tree(self, top: Path, root: int) -> Iterator[Handed]:
        places = [entry.parts for entry in walk(root)]
        folders: dict[tuple[str, ...], _Folder] = {(): _Folder()}
        for parts in places:
            if parts[-1] in MANIFEST_NAMES:
                folders[parts[:-1]] = _Folder(depth=len(parts) - 1, manifest=self._manifest(root, parts))
        for parts in places:
            if parts[-1] not in MANIFEST_NAMES:
                above = next(parts[:depth] for depth in reversed(range(len(parts))) if parts[:depth] in folders)
                yield self._file(top.joinpath(*parts), root, parts, folders[above])
        for parts, folder in folders.items():
            yield from (Handed(path=top.joinpath(*parts), problems=(p,)) for p in folder.problems(self._batch))

    def _file(self, path: Path, root: int, parts: tuple[str, ...], folder: "_Folder") -> Handed:
        name = shown("/".join(parts[folder.depth :]))
        content = self._content(root, parts)
        if isinstance(content, ProblemCode):
            return self._failed(path, content, name)
        verdict = judge(content, name, folder.manifest)
        if verdict.line is not None:
            folder.taken.add(verdict.line)
        arrival = Arrival(feeder=self._feeder, batch=self._batch, content=content, declaration=verdict.declaration)
        return Handed(path=path, arrival=arrival, problems=verdict.reported(self._batch))

    def _content(self, root: int, parts: tuple[str, ...]) -> bytes | ProblemCode:
        try:
            with opened(root, parts[:-1]) as folder:
                return read(parts[-1], folder, self._rules.largest, alone=False)
        except Changed:
            return ProblemCode.CHANGING
        except FileNotFoundError:
            return ProblemCode.NOT_FOUND
        except OSError:
            return ProblemCode.UNREADABLE

    def _manifest(self, root: int, parts: tuple[str, ...]) -> Manifest:
        try:
            with opened(root, parts[:-1]) as folder:
                return manifest_in(folder, parts[-1], self._rules.largest_manifest)
        except (Changed, OSError):
            return Manifest.load(parts[-1], b"")

    def _failed(self, path: Path, code: ProblemCode, name: str = "") -> Handed:
        problem = Problem(code=code, file_name=name or shown(path.name), batch=self._batch)
        return Handed(path=path, problems=(problem,))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """A folder whose manifest, if it has one, speaks for what is below it."""

    #: How many levels below the named path.
    depth: int = 0
    manifest: Manifest | None = None
    #: Lines of the manifest whose files were found.
    taken: set[int] = field(default_factory=set)

    def problems(self, batch: str | None) -> Iterator[Problem]:
        """Yield what the manifest got wrong, once every file has been looked at."""
        if self.manifest is not None:
            yield from self.manifest.problems(batch)
            yield from self.manifest.missing(self.taken, batch)
