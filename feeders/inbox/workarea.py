"""The work area inside an inbox: where claimed files lie until they are acknowledged, and where dead claims are found.

    .verso-work/area-<random>/lock                 held for as long as the process lives
    .verso-work/area-<random>/<slot>/<path>        a claimed file, at the path it had in the inbox
    .verso-work/returned/<slot>/<path>             a file that was given back
    .verso-work/aside/<slot>/<path>                what can never be taken; left for a person

Every move is one rename within one file system. What lies in ``returned``, or in an area whose lock is free, waits.
"""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from typing import Final

from feeders.tree import Entry, HeldFolder, names, opened, walk

WORK: Final = ".verso-work"
_RETURNED: Final = "returned"
_ASIDE: Final = "aside"
_LOCK: Final = "lock"


@contextmanager
def locked(work: int) -> Iterator[None]:
    """Hold every other watcher of an inbox off for a moment.

    Args:
        work: Descriptor of the work area.
    """
    lock = os.open(_LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=work)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


class WorkArea:
    """One process's part of the work area."""

    def __init__(self, root: HeldFolder) -> None:
        """Make an area of one's own and lock it.

        Args:
            root: The inbox; stays the caller's.
        """
        self._root = root
        self._held: set[str] = set()
        for shared in ((), (_RETURNED,), (_ASIDE,)):
            with suppress(FileExistsError):
                os.mkdir("/".join((WORK, *shared)), mode=0o700, dir_fd=root.descriptor)
        token = secrets.token_hex(8)
        self._name = f"area-{token}"
        with opened(root.descriptor, (WORK,)) as work:
            # Made under another name, shown once it is locked: an area without its lock would pass for dead.
            os.mkdir(f"new-{token}", mode=0o700, dir_fd=work)
            self._lock = os.open(f"new-{token}/{_LOCK}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600, dir_fd=work)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            os.rename(f"new-{token}", self._name, src_dir_fd=work, dst_dir_fd=work)

    def take(self, place: Sequence[str]) -> tuple[str, ...]:
        """Move a waiting file into this area, and return its new place. Only one of many takers succeeds.

        Raises:
            FileNotFoundError: It is gone, or somebody else's.
        """
        slot = secrets.token_hex(8)
        self._held.add(slot)
        try:
            if place[0] == WORK:
                self._move(place[:3], (WORK, self._name, slot))
                return (WORK, self._name, slot, *place[3:])
            new = (WORK, self._name, slot, *place)
            self._make_folders(new)
            self._move(place, new)
        except OSError:
            self._held.discard(slot)
            raise
        return new

    def give_back(self, place: Sequence[str]) -> None:
        """Let a taken file wait again. Its old place may have a new owner by now, so it waits apart. Twice is safe."""
        self._held.discard(place[2])
        with suppress(FileNotFoundError):
            self._move(place[:3], (WORK, _RETURNED, place[2]))

    def set_aside(self, place: Sequence[str]) -> None:
        """Put away what can never be taken."""
        self._held.discard(place[2])
        self._move(place[:3], (WORK, _ASIDE, place[2]))

    def drop(self, place: Sequence[str]) -> None:
        """Remove a taken file with its slot. Twice is safe."""
        self._held.discard(place[2])
        with suppress(FileNotFoundError), opened(self._root.descriptor, place[:2]) as area:
            shutil.rmtree(place[2], dir_fd=area)

    def waiting(self) -> Iterator[Entry]:
        """Yield what was given back or left by the dead, and clear away what they left empty.

        What this process took and could neither keep nor give back, because the world failed just then, is among it.
        """
        for area in self._areas():
            if area == self._name:
                yield from self._contents(area, without=self._held)
            elif area == _RETURNED or self._is_dead(area):
                yield from self._contents(area)
                self._remove_empty(area)

    def taken(self) -> Iterator[Entry]:
        """Yield everything that any process, living or dead, has taken or given back."""
        for area in self._areas():
            yield from self._contents(area, clear=False)

    def close(self) -> None:
        """Leave the area: what is in it waits again. Twice is safe."""
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1
            self._remove_empty(self._name)

    def _areas(self) -> list[str]:
        with opened(self._root.descriptor, (WORK,)) as work:
            return [name for name in names(work) if name == _RETURNED or name.startswith("area-")]

    def _make_folders(self, place: Sequence[str]) -> None:
        for depth in range(2, len(place) - 1):
            with opened(self._root.descriptor, place[:depth]) as above:
                os.mkdir(place[depth], mode=0o700, dir_fd=above)

    def _contents(self, area: str, *, without: AbstractSet[str] = frozenset(), clear: bool = True) -> Iterator[Entry]:
        with suppress(FileNotFoundError), opened(self._root.descriptor, (WORK, area)) as folder:
            for slot in names(folder):
                if slot == _LOCK or slot in without:
                    continue
                found: list[Entry] = []
                with suppress(FileNotFoundError), opened(folder, (slot,)) as below:
                    found = list(walk(below, hidden=True, above=(WORK, area, slot)))
                yield from found
                if clear and not found:
                    shutil.rmtree(slot, ignore_errors=True, dir_fd=folder)

    def _is_dead(self, area: str) -> bool:
        with suppress(FileNotFoundError), opened(self._root.descriptor, (WORK, area)) as folder:
            lock = os.open(_LOCK, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            finally:
                os.close(lock)
        return True

    def _remove_empty(self, area: str) -> None:
        """Remove an area of the dead that holds nothing but its lock."""
        # Another watcher may be clearing the same area, or the feeder's server may be gone: the next scan clears it.
        with suppress(OSError), opened(self._root.descriptor, (WORK,)) as work, opened(work, (area,)) as folder:
            if names(folder) == [_LOCK]:
                os.unlink(_LOCK, dir_fd=folder)
                os.rmdir(area, dir_fd=work)

    def _move(self, old: Sequence[str], new: Sequence[str]) -> None:
        with opened(self._root.descriptor, old[:-1]) as source, opened(self._root.descriptor, new[:-1]) as target:
            os.rename(old[-1], new[-1], src_dir_fd=source, dst_dir_fd=target)
