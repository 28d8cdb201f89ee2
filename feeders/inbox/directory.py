"""The inbox that is a directory, on a local disk or a network mount, watched by rescanning it."""

import hashlib
import os
import secrets
import stat
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
from feeders.ending import ends_well
from feeders.inbox.batches import BatchFolder
from feeders.inbox.border import border
from feeders.inbox.claim import DirectoryBatch, DirectoryClaim
from feeders.inbox.interface import InboxState, Waiting
from feeders.inbox.mounts import mount_of
from feeders.inbox.observations import Observations
from feeders.inbox.rules import Rules
from feeders.inbox.workarea import WORK, WorkArea
from feeders.inbox.writers import is_being_written
from feeders.manifest.manifest import MANIFEST_NAMES, undeclared
from feeders.naming import is_passing, shown
from feeders.problem import Problem, ProblemCode
from feeders.tree import Entry, opened, walk

#: Ending of the marker that stands beside a finished file.
_MARKER: Final = ".done"


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
        #: Places whose rights forbid to move what is there: reported once, until a person changes them and restarts.
        self._immovable: set[tuple[str, ...]] = set()
        self._batches: dict[str, BatchFolder] = {}
        with border():
            self._root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            self._area = WorkArea(self._root)
            self._mount = mount_of(path)
        self._sees_writers = not self._mount.is_network

    @property
    def feeder(self) -> Feeder:
        """Whose inbox it is."""
        return self._feeder

    def scan(self) -> Iterator[Waiting]:
        """Yield the files that are ready, longest waiting first."""
        with border():
            entries = self._entries()
            self._files.keep_only([entry.parts for entry in entries])
            quiet = {entry.parts: self._files.quiet(entry.parts, entry.signature) for entry in entries}
            ready = [entry for entry in entries if self._is_ready(entry, quiet)]
        for entry in sorted(ready, key=lambda entry: entry.status.st_ctime_ns):
            yield Waiting(
                place=entry.parts,
                file_name=_file_name(_origin(entry.parts)),
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
            return self._read(place)

    def finished(self) -> Iterator[DirectoryBatch]:
        """Yield the batches of which every file has been acknowledged and that have been quiet since."""
        with border():
            names = self._folder_names()
            self._folders.keep_only(names)
            busy = {entry.parts[3] for entry in self._area.taken()}
            done = [folder for folder in map(self._batch, names) if folder.name not in busy and self._is_over(folder)]
        for folder in done:
            with border():
                batch = folder.batch()
                if batch is not None:
                    yield DirectoryBatch(batch=batch, name=shown(folder.name), folder=folder)

    def state(self) -> InboxState:
        """Return the gauges."""
        with border():
            waiting = [entry.status for entry in self._entries() if not self._is_manifest(entry)]
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
            descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=self._root)
            os.write(descriptor, b"verso")
            os.close(descriptor)
            os.rename(probe, renamed, src_dir_fd=self._root, dst_dir_fd=self._root)
            with opened_file(renamed, self._root) as descriptor:
                if os.pread(descriptor, 8, 0) != b"verso":
                    raise InboxUnavailable
                self._sees_writers = not self._mount.is_network and not is_being_written(descriptor)
            os.unlink(renamed, dir_fd=self._root)
        place = "network" if self._mount.is_network else "local"
        return f"{place} file system ({self._mount.kind}), watched by rescanning"

    def close(self) -> None:
        """Stop watching. What is claimed and not acknowledged is waiting again. Twice is safe."""
        if self._root >= 0:
            self._area.close()
            os.close(self._root)
            self._root = -1

    def _entries(self) -> list[Entry]:
        here, now = self._path.stat(), os.fstat(self._root)
        if (here.st_dev, here.st_ino) != (now.st_dev, now.st_ino):
            self.close()
            self._root = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            self._area = WorkArea(self._root)
        with opened(self._root) as root:
            entries = [*walk(root), *self._area.waiting()]
        return [entry for entry in entries if entry.parts not in self._immovable and not self._is_marker(entry)]

    def _is_marker(self, entry: Entry) -> bool:
        return self._rules.marked and entry.parts[-1].endswith(_MARKER)

    def _is_manifest(self, entry: Entry) -> bool:
        return len(entry.parts) == 2 and entry.parts[1] in MANIFEST_NAMES

    def _is_ready(self, entry: Entry, quiet: dict[tuple[str, ...], timedelta]) -> bool:
        if self._is_manifest(entry):
            return False
        rules, still, origin = self._rules, quiet[entry.parts], _origin(entry.parts)
        manifest = None
        if len(origin) > 1:
            sure = [quiet[origin[0], name] for name in MANIFEST_NAMES if (origin[0], name) in quiet]
            manifest = min(sure, default=None)
        begins = len(origin) == 1 or self._batch(origin[0]).may_begin(manifest)
        if still >= rules.patience and (begins or manifest is None):
            return not self._has_writer(entry)
        if still < rules.settle or not begins:
            return False
        if rules.marked and entry.parts[0] != WORK and not self._is_marked(entry):
            return False
        return self._is_whole(entry)

    def _is_marked(self, entry: Entry) -> bool:
        with suppress(FileNotFoundError), opened(self._root, entry.parts[:-1]) as folder:
            os.stat(entry.parts[-1] + _MARKER, dir_fd=folder, follow_symlinks=False)
            return True
        return False

    def _is_whole(self, entry: Entry) -> bool:
        """Tell whether a settled file has its end and no writer; what is no file at all is never going to change."""
        if not stat.S_ISREG(entry.status.st_mode):
            return True
        # A second name may be a writer's way to make a file appear at once (link, then unlink): give it time.
        if entry.status.st_nlink > 1:
            return False
        return self._opens_to(entry, lambda file: ends_well(file) and not self._is_being_written(file))

    def _has_writer(self, entry: Entry) -> bool:
        return stat.S_ISREG(entry.status.st_mode) and self._opens_to(entry, self._is_being_written)

    def _is_being_written(self, descriptor: int) -> bool:
        return self._sees_writers and is_being_written(descriptor)

    def _opens_to(self, entry: Entry, question: Callable[[int], bool]) -> bool:
        """Ask something of a file; False when it cannot be opened."""
        with (
            suppress(FileNotFoundError, PermissionError),
            opened(self._root, entry.parts[:-1]) as folder,
            opened_file(entry.parts[-1], folder) as descriptor,
        ):
            return question(descriptor)
        return False

    def _read(self, place: tuple[str, ...]) -> DirectoryClaim | Problem | None:
        """Read a claimed file."""
        origin = _origin(place)
        folder = self._batch(origin[0]) if len(origin) > 1 else None
        batch = folder.batch() if folder else None
        name = _file_name(origin)
        try:
            with opened(self._root, place[:-1]) as parent:
                content = self._content(place[-1], parent)
        except Changed:
            self._area.give_back(place)
            return None
        except OSError:
            self._area.give_back(place)
            raise
        if isinstance(content, ProblemCode):
            self._area.set_aside(place)
            return Problem(code=content, file_name=name, batch=batch)
        digest = hashlib.sha256(content).hexdigest()
        manifest = folder.manifest() if folder else None
        verdict = manifest.judge(name, digest) if manifest else undeclared(name)
        return DirectoryClaim(
            arrival=Arrival(feeder=self._feeder, batch=batch, content=content, declaration=verdict.declaration),
            sha256=digest,
            problems=tuple(
                Problem(code=code, file_name=name, batch=batch, line=verdict.line) for code in verdict.problems
            ),
            area=self._area,
            place=place,
            folder=folder,
            line=verdict.line,
            marker=(self._root, (*origin[:-1], origin[-1] + _MARKER)) if self._rules.marked else None,
        )

    def _content(self, name: str, parent: int) -> bytes | ProblemCode:
        """Read a file that lies in the work area, where nobody can open it anew.

        Raises:
            Changed: Somebody who had it open before is still writing.
        """
        content = read(name, parent, self._rules.largest)
        if not isinstance(content, ProblemCode):
            with opened_file(name, parent) as descriptor:
                if self._is_being_written(descriptor):
                    raise Changed
        return content

    def _batch(self, name: str) -> BatchFolder:
        if name not in self._batches:
            self._batches[name] = BatchFolder(self._root, name, self._rules)
        return self._batches[name]

    def _folder_names(self) -> list[str]:
        with os.scandir(self._root) as entries:
            return sorted(
                entry.name for entry in entries if entry.is_dir(follow_symlinks=False) and not is_passing(entry.name)
            )

    def _is_over(self, folder: BatchFolder) -> bool:
        with suppress(FileNotFoundError):
            changed = os.stat(folder.name, dir_fd=self._root, follow_symlinks=False).st_mtime_ns
            still = self._folders.quiet(folder.name, changed)
            if not folder.is_empty() or not (folder.has_begun() or folder.manifest()):
                return False
            return still >= (self._rules.settle if folder.is_complete() else self._rules.patience)
        return False


def _origin(place: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path that a file has, or had, in the inbox."""
    return place[3:] if place[0] == WORK else place


def _file_name(origin: tuple[str, ...]) -> str:
    """Return a file's name at the feeder, below its batch's folder."""
    return shown("/".join(origin[1:] or origin))
