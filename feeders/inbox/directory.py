"""The inbox that is a directory, on a local disk or a network mount, watched by rescanning it."""

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from documents.arrival import Arrival
from documents.errors import InboxUnavailable
from documents.feeder import Feeder
from feeders.content import Changed, opened_file, read
from feeders.inbox.alone import AloneBatches
from feeders.inbox.batches import BatchFolder
from feeders.inbox.border import border
from feeders.inbox.claim import DirectoryBatch, DirectoryClaim, file_name_of, reason
from feeders.inbox.interface import InboxState, Waiting
from feeders.inbox.mounts import Mount, mount_of
from feeders.inbox.observations import Observations
from feeders.inbox.readiness import Readiness
from feeders.inbox.rules import MARKER, Rules
from feeders.inbox.workarea import WORK, WorkArea
from feeders.inbox.writers import is_being_written
from feeders.manifest.manifest import MANIFEST_NAMES, judge
from feeders.naming import is_passing, shown
from feeders.problem import Problem, ProblemCode
from feeders.tree import Entry, HeldFolder, opened, walk

#: Stands among the batches' names for the files that stand alone; no folder can have it.
_ALONE: Final = "/"


class DirectoryInbox:
    """One feeder's directory. Files in it stand alone; a folder in it is a batch."""

    def __init__(
        self,
        path: Path,
        feeder: Feeder,
        rules: Rules | None = None,
        *,
        may_claim: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start watching.

        Args:
            path: The directory; must exist.
            feeder: Whose it is.
            rules: When and what to take.
            may_claim: Asked before each claim; False vetoes it, e.g. when space runs out.
            clock: Seconds that never go back.

        Raises:
            InboxUnavailable: It cannot be reached or written.
        """
        self._path = path
        self._feeder = feeder
        self._rules = rules or Rules()
        self._may_claim = may_claim
        self._files = Observations(clock)
        self._folders = Observations(clock)
        #: Files that stood alone and were taken here since their batch was opened: tells whether they still come.
        self._taken_alone = 0
        #: Places whose rights forbid to move what is there: told once, and again after a restart.
        self._immovable: set[tuple[str, ...]] = set()
        with border():
            self._open()

    @property
    def feeder(self) -> Feeder:
        """Whose inbox it is."""
        return self._feeder

    def scan(self) -> Iterator[Waiting]:
        """Yield the files that are ready, longest waiting first."""
        with border():
            entries = self._entries()
            self._files.keep_only([entry.parts for entry in entries])
            still = {entry.parts: self._files.quiet(entry.parts, entry.signature) for entry in entries}
            ready = [entry for entry in entries if self._is_ready(entry, still)]
        for entry in sorted(ready, key=lambda entry: entry.status.st_ctime_ns):
            yield Waiting(
                place=entry.parts,
                file_name=file_name_of(_origin(entry.parts)),
                size=entry.status.st_size,
                since=datetime.fromtimestamp(entry.status.st_ctime, UTC),
            )

    def claim(self, waiting: Waiting) -> DirectoryClaim | Problem | None:
        """Take a file: one rename into the work area, then read without following anything."""
        if not self._may_claim():
            return None
        with border():
            try:
                place = self._area.take(waiting.place)
            except FileNotFoundError:
                return None
            except PermissionError:
                self._immovable.add(waiting.place)
                return Problem(code=ProblemCode.UNREADABLE, file_name=waiting.file_name)
            try:
                return self._read(place)
            except OSError:
                self._area.give_back(place)
                raise

    def finished(self) -> Iterator[DirectoryBatch]:
        """Yield the batches of which every file has been acknowledged and that have been quiet since."""
        with border():
            names = self._folder_names()
            self._folders.keep_only([*names, _ALONE])
            busy = {entry.parts[3] for entry in self._area.taken()}
            over = [folder for folder in map(self._batch, names) if folder.name not in busy and self._is_over(folder)]
            batches = [(folder.batch(), folder) for folder in (*over, *self._answerable())]
        for batch, folder in batches:
            if batch is not None:
                yield DirectoryBatch(batch=batch, name=shown(folder.name), folder=folder, area=self._area)

    def state(self) -> InboxState:
        """Return the gauges."""
        with border():
            waiting = [entry.status for entry in self._entries() if not _is_manifest(entry.parts)]
            claimed = sum(1 for _ in self._area.taken()) - sum(1 for _ in self._area.waiting())
        oldest = min((status.st_ctime for status in waiting), default=None)
        return InboxState(
            depth=len(waiting),
            size=sum(status.st_size for status in waiting),
            claimed=max(0, claimed),
            # The file server's clock may be ahead of ours.
            oldest=None if oldest is None else timedelta(seconds=max(0.0, time.time() - oldest)),
        )

    def check(self) -> str:
        """Prove with a probe file that this place keeps its promises, and that leases tell the truth here."""
        probe, renamed = f".verso-probe-{secrets.token_hex(8)}", f"{WORK}/probe-{secrets.token_hex(8)}"
        with border():
            descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=self._root.descriptor)
            os.write(descriptor, b"verso")
            os.close(descriptor)
            os.rename(probe, renamed, src_dir_fd=self._root.descriptor, dst_dir_fd=self._root.descriptor)
            with opened_file(renamed, self._root.descriptor) as descriptor:
                if os.pread(descriptor, 8, 0) != b"verso":
                    raise InboxUnavailable
                # A kernel that sees a writer where there is none knows nothing about writers here.
                sees_writers = not self._mount.is_network and not is_being_written(descriptor)
            os.unlink(renamed, dir_fd=self._root.descriptor)
        self._readiness = Readiness(self._root, self._rules, sees_writers=sees_writers)
        place = "network" if self._mount.is_network else "local"
        return f"a folder on a {place} file system ({self._mount.kind}), by rescanning"

    def close(self) -> None:
        """Stop watching. What is claimed and not acknowledged is waiting again. Twice is safe."""
        self._area.close()
        self._root.close()

    def _open(self) -> None:
        self._root: HeldFolder = HeldFolder(self._path)
        self._area: WorkArea = WorkArea(self._root)
        self._mount: Mount = mount_of(self._path)
        self._readiness = Readiness(self._root, self._rules, sees_writers=not self._mount.is_network)
        self._batches: dict[str, BatchFolder] = {}
        self._alone: AloneBatches = AloneBatches(self._root, self._area, self._rules)

    def _entries(self) -> list[Entry]:
        here, held = self._path.stat(), os.fstat(self._root.descriptor)
        if (here.st_dev, here.st_ino) != (held.st_dev, held.st_ino):
            # Somebody put another directory in its place: that one is the inbox now.
            self.close()
            self._open()
        with opened(self._root.descriptor) as root:
            entries = [*walk(root), *self._area.waiting()]
        return [entry for entry in entries if entry.parts not in self._immovable and not self._is_marker(entry)]

    def _is_marker(self, entry: Entry) -> bool:
        return self._rules.marked and entry.parts[-1].endswith(MARKER)

    def _is_ready(self, entry: Entry, still: dict[tuple[str, ...], timedelta]) -> bool:
        if _is_manifest(entry.parts):
            return False
        origin = _origin(entry.parts)
        manifests = [still[origin[0], name] for name in MANIFEST_NAMES if (origin[0], name) in still]
        batched = len(origin) > 1
        return self._readiness.may_take(
            entry, still[entry.parts], min(manifests, default=None) if batched else None, batched=batched
        )

    def _read(self, place: tuple[str, ...]) -> DirectoryClaim | Problem | None:
        """Read a file that lies in this process's work area."""
        origin = _origin(place)
        self._taken_alone += len(origin) == 1
        folder = self._batch(origin[0]) if len(origin) > 1 else self._alone.current()
        batch = folder.batch()
        name = file_name_of(origin)
        try:
            content = self._content(place)
        except Changed:
            self._area.give_back(place)
            return None
        manifest = folder.manifest()
        if isinstance(content, ProblemCode):
            self._area.set_aside(place, reason(content, batch))
            folder.taken(manifest.line_of(name) if manifest else None)
            return Problem(code=content, file_name=name, batch=batch)
        verdict = judge(content, name, manifest)
        return DirectoryClaim(
            arrival=Arrival(feeder=self._feeder, batch=batch, content=content, declaration=verdict.declaration),
            sha256=verdict.sha256,
            problems=verdict.reported(batch),
            area=self._area,
            place=place,
            folder=folder,
            line=verdict.line,
            marker=(self._root, (*origin[:-1], origin[-1] + MARKER)) if self._rules.marked else None,
        )

    def _content(self, place: tuple[str, ...]) -> bytes | ProblemCode:
        """Read a file where nobody can open it anew.

        Raises:
            Changed: Somebody who had it open before is still writing, or may be.
        """
        with opened(self._root.descriptor, place[:-1]) as parent:
            content = read(place[-1], parent, self._rules.largest)
            if isinstance(content, ProblemCode):
                return content
            with opened_file(place[-1], parent) as descriptor:
                if self._readiness.is_being_written(descriptor):
                    raise Changed
        return content

    def _batch(self, name: str) -> BatchFolder:
        if name not in self._batches:
            self._batches[name] = BatchFolder(self._root, name, self._rules)
        return self._batches[name]

    def _folder_names(self) -> list[str]:
        with os.scandir(self._root.descriptor) as entries:
            folders = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
        self._batches = {name: folder for name, folder in self._batches.items() if name in folders}
        return sorted(name for name in folders if not is_passing(name))

    def _answerable(self) -> Iterator[BatchFolder]:
        """Yield the batches of files that stand alone, of which no more will come."""
        batch = self._alone.open_since()
        if batch is not None:
            still = self._folders.quiet(_ALONE, (batch, self._taken_alone))
            if still >= self._rules.settle and self._alone.close():
                self._taken_alone = 0
        yield from self._alone.closed()

    def _is_over(self, folder: BatchFolder) -> bool:
        with suppress(FileNotFoundError):
            changed = os.stat(folder.name, dir_fd=self._root.descriptor, follow_symlinks=False).st_mtime_ns
            still = self._folders.quiet(folder.name, changed)
            if not folder.is_empty() or not (folder.has_begun() or folder.manifest()):
                return False
            return still >= (self._rules.settle if folder.is_complete() else self._rules.patience)
        return False


def _origin(place: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path that a file has, or had, in the inbox."""
    return place[3:] if place[0] == WORK else place


def _is_manifest(place: tuple[str, ...]) -> bool:
    return len(place) == 2 and place[1] in MANIFEST_NAMES
