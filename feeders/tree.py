"""Walks and opens folders held by descriptor, so that no symbolic link is followed, not even one put there late."""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from feeders.naming import is_passing

#: Levels of folders below the first: deeper is a mistake or an attack.
DEEPEST: Final = 16

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something found in a folder that is not a folder itself, or is one too deep to enter."""

    #: Path below the folder that was walked, part by part, as the file system spells it.
    parts: tuple[str, ...]
    status: os.stat_result

    @property
    def signature(self) -> tuple[int, int, int]:
        """What changes when the file is written or replaced: inode, size, time of last change of content."""
        return self.status.st_ino, self.status.st_size, self.status.st_mtime_ns


class HeldFolder:
    """A folder held open. Once closed nothing can be done through it, least of all in a folder opened since."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Args:
            path: The folder; where it leads to is the caller's choice, links included.

        Raises:
            OSError: It cannot be opened, or is no folder.
        """
        self.descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def close(self) -> None:
        """Let go of it. Twice is safe."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def names(folder: int) -> list[str]:
    """Return the names in a folder, in order, every one of them."""
    return sorted(os.listdir(folder))


@contextmanager
def opened(folder: int, parts: Sequence[str] = ()) -> Iterator[int]:
    """Open a folder below another one, following no link on the way; give its descriptor.

    Raises:
        FileNotFoundError: Something on the way is gone, or is no folder any more.
        OSError: It cannot be opened.
    """
    current = os.open(".", _FOLDER, dir_fd=folder)
    try:
        for part in parts:
            deeper = _step(part, current)
            os.close(current)
            current = deeper
        yield current
    finally:
        os.close(current)


def _step(part: str, folder: int) -> int:
    try:
        return os.open(part, _FOLDER, dir_fd=folder)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR}:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)) from error
        raise


def remove_empty(folder: int, name: str) -> None:
    """Remove a folder and those below it as far as they are empty; whatever holds a file stays."""
    for path, _, _, _ in os.fwalk(name, topdown=False, dir_fd=folder):
        with suppress(OSError):
            os.rmdir(path, dir_fd=folder)


def walk(folder: int, *, hidden: bool = False, above: tuple[str, ...] = (), levels: int = DEEPEST) -> Iterator[Entry]:
    """Yield what lies in a folder and below it, in the order of names; a folder only when it cannot be entered.

    What vanishes during the walk is left out: the next walk is the truth.

    Args:
        folder: Descriptor of the folder.
        hidden: Whether to show names that say "not yet" as well.
        above: Parts that lead to this folder.
        levels: How many levels of folders to enter.
    """
    for name in names(folder):
        if not hidden and is_passing(name):
            continue
        with suppress(FileNotFoundError):
            entry = Entry(parts=(*above, name), status=os.stat(name, dir_fd=folder, follow_symlinks=False))
            if stat.S_ISDIR(entry.status.st_mode) and levels > 0:
                yield from _enter(folder, entry, hidden=hidden, levels=levels - 1)
            else:
                yield entry


def _enter(folder: int, entry: Entry, *, hidden: bool, levels: int) -> Iterator[Entry]:
    try:
        with opened(folder, entry.parts[-1:]) as below:
            yield from walk(below, hidden=hidden, above=entry.parts, levels=levels)
    except PermissionError:
        yield entry
