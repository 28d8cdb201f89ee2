"""A folder dropped in an inbox: its batch id, its manifest, and which of the manifest's lines have been taken."""

import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from feeders.content import Changed, opened_file
from feeders.inbox.journal import ANSWERED, TAKEN, line_of, problems_in
from feeders.inbox.rules import Rules
from feeders.inbox.workarea import WORK, locked
from feeders.manifest.manifest import MANIFEST_NAMES, Manifest, manifest_in
from feeders.problem import Problem, ProblemCode
from feeders.tree import HeldFolder, names, opened, remove_empty, walk

#: First line: the batch's id. Then what `feeders.inbox.journal` says.
_JOURNAL: Final = ".verso-batch"
_ID: Final = re.compile(rb"(?P<id>[0-9a-f]{24})\n")


class BatchFolder:
    """One folder of an inbox."""

    def __init__(self, root: HeldFolder, name: str, rules: Rules, *, above: tuple[str, ...] = ()) -> None:
        """Look at nothing yet.

        Args:
            root: The inbox; stays the caller's.
            name: The folder's name.
            rules: The inbox's rules.
            above: Parts that lead to it.
        """
        self._root = root
        self.name = name
        self._place = (*above, name)
        self._rules = rules
        self._manifest: Manifest | None = None
        self._manifest_looks: tuple[int, int, int] | None = None

    def batch(self) -> str | None:
        """Return the batch's id, made at the first call, the same for every watcher from then on.

        Returns:
            None when the folder is gone.
        """
        with suppress(FileNotFoundError), opened(self._root.descriptor, self._place) as folder:
            return self._id(folder) or self._new_id(folder)
        return None

    def begin(self) -> None:
        """Make sure that it has an id; the caller holds every other watcher off."""
        with opened(self._root.descriptor, self._place) as folder:
            if self._id(folder) is None:
                self._begin(folder)

    def has_begun(self) -> bool:
        """Tell whether anything was ever taken from it."""
        with suppress(FileNotFoundError), opened(self._root.descriptor, self._place) as folder:
            return self._id(folder) is not None
        return False

    def taken(self, line: int | None) -> None:
        """Note that the file of a manifest's line has come to its end here. Twice is safe; None is no line."""
        self._note([TAKEN if line is None else str(line)])

    def has_taken(self) -> bool:
        """Tell whether any file has come to its end here."""
        return any(self._noted())

    def told(self, problems: Iterable[Problem]) -> None:
        """Note what the feeder is to be told about a file that came to its end here. Twice is safe."""
        self._note([line_of(problem) for problem in problems])

    def note_answered(self) -> None:
        """Note that the feeder was told that all of it is received. Twice is safe."""
        self._note([ANSWERED])

    def is_answered(self) -> bool:
        """Tell whether the feeder was told that all of it is received."""
        return ANSWERED in self._noted()

    def manifest(self) -> Manifest | None:
        """Return the manifest as it stands now, or None when there is none."""
        with suppress(FileNotFoundError), opened(self._root.descriptor, self._place) as folder:
            for name in MANIFEST_NAMES:
                with suppress(FileNotFoundError, Changed):
                    return self._loaded(folder, name)
        return None

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the batch as a whole, now that nothing of it is left to take."""
        batch = self.batch()
        manifest = self.manifest()
        yield from problems_in(self._noted(), batch)
        if manifest is None:
            if self._rules.needs_manifest:
                yield Problem(code=ProblemCode.MANIFEST_ABSENT, batch=batch)
            return
        yield from manifest.problems(batch)
        yield from manifest.missing(self._taken_lines(), batch)

    def is_complete(self) -> bool:
        """Tell whether there is a manifest and every file on it has been acknowledged."""
        manifest = self.manifest()
        return manifest is not None and next(manifest.missing(self._taken_lines(), None), None) is None

    def remove(self) -> None:
        """Remove manifest, journal and folder, unless something was dropped meanwhile: then the batch goes on."""
        with suppress(FileNotFoundError), opened(self._root.descriptor, self._place) as folder:
            if not self.is_empty() or self._is_manifest_new(folder):
                return
            for name in names(folder):
                if name in MANIFEST_NAMES or name.startswith(_JOURNAL):
                    os.unlink(name, dir_fd=folder)
            # What is hidden or unfinished stays, and its folder with it.
            remove_empty(self._root.descriptor, "/".join(self._place))

    def is_empty(self) -> bool:
        """Tell whether nothing but the manifest is left to see."""
        with opened(self._root.descriptor, self._place) as folder:
            return all(len(entry.parts) == 1 and entry.parts[0] in MANIFEST_NAMES for entry in walk(folder))

    def _loaded(self, folder: int, name: str) -> Manifest:
        looks = self._looks_of(folder, name)
        if self._manifest is None or looks != self._manifest_looks:
            self._manifest = manifest_in(folder, name, self._rules.largest_manifest)
            self._manifest_looks = looks
        return self._manifest

    def _is_manifest_new(self, folder: int) -> bool:
        """Tell whether there is a manifest that differs from the one last read."""
        for name in MANIFEST_NAMES:
            with suppress(FileNotFoundError):
                return self._looks_of(folder, name) != self._manifest_looks
        return False

    @staticmethod
    def _looks_of(folder: int, name: str) -> tuple[int, int, int]:
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        return status.st_ino, status.st_size, status.st_mtime_ns

    def _taken_lines(self) -> frozenset[int]:
        return frozenset(int(line) for line in self._noted() if line.isdecimal())

    def _noted(self) -> list[str]:
        """Return the journal's lines after the first."""
        with suppress(FileNotFoundError), opened(self._root.descriptor, self._place) as folder:
            return self._journal(folder, self._rules.largest_manifest).decode("ascii", "replace").split("\n")[1:]
        return []

    def _note(self, lines: list[str]) -> None:
        if not lines:
            return
        with suppress(FileNotFoundError), opened(self._root.descriptor, self._place) as folder:
            self._write(_JOURNAL, os.O_APPEND, "\n".join(lines), folder)

    def _id(self, folder: int) -> str | None:
        found = _ID.match(self._journal(folder, 32))
        return found["id"].decode() if found else None

    def _new_id(self, folder: int) -> str:
        """Make an id while holding every other watcher off; it appears whole, by a rename."""
        with opened(self._root.descriptor, (WORK,)) as work, locked(work):
            return self._id(folder) or self._begin(folder)

    def _begin(self, folder: int) -> str:
        """Write a new id; the caller holds every other watcher off."""
        made = secrets.token_hex(12)
        self._write(f"{_JOURNAL}-{made}", os.O_EXCL, made, folder)
        os.rename(f"{_JOURNAL}-{made}", _JOURNAL, src_dir_fd=folder, dst_dir_fd=folder)
        return made

    def _journal(self, folder: int, most: int) -> bytes:
        """Return the journal's first bytes. Others may be adding lines meanwhile: what stands there stays."""
        with suppress(FileNotFoundError):
            status = os.stat(_JOURNAL, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                with opened_file(_JOURNAL, folder) as journal:
                    return os.read(journal, most)
        return b""

    def _write(self, name: str, how: int, line: str, folder: int) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | how
        journal = os.open(name, flags, 0o600, dir_fd=folder)
        try:
            os.write(journal, f"{line}\n".encode())
        finally:
            os.close(journal)
