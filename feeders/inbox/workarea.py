"""The work area inside an inbox: where claimed files lie until they are acknowledged, and where dead claims are found.

    .verso-work/lock                               held for moments
    .verso-work/area-<random>/lock                 held for as long as the process lives
    .verso-work/area-<random>/<layer>/<path>       a claimed file, at the path it had in the inbox
    .verso-work/returned/<random>/<path>           a file that was given back
    .verso-work/aside/<reason>-<random>/<path>     what can never be taken; left for a person

Every move is one rename within one file system. What lies in ``returned``, or in an area whose lock is free, waits.
A layer holds files of one depth only, so that a file and a folder of one name never meet, and each path once.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import Final

from feeders.tree import Entry, HeldFolder, names, opened, remove_empty, walk

WORK: Final = ".verso-work"
RETURNED: Final = "returned"
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
        #: Where this process's files lie, and whether it holds them: what it let go and still lies there is waiting.
        self._places: dict[tuple[str, ...], bool] = {}
        #: Folders of this area that are known to be there.
        self._folders: set[tuple[str, ...]] = set()
        for shared in ((), (RETURNED,), (_ASIDE,)):
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
        origin = place[3:] if place[0] == WORK else place
        layers = ((WORK, self._name, f"{len(origin)}-{n}", *origin) for n in count())
        new = next(layer for layer in layers if layer not in self._places)
        self._make_folders(new[:-1])
        try:
            self._move(place, new)
        except FileNotFoundError:
            # Somebody may have cleared our folders away: next time they are made again.
            self._folders.clear()
            raise
        self._places.pop(tuple(place), None)
        self._places[new] = True
        return new

    def give_back(self, place: tuple[str, ...]) -> None:
        """Let a taken file wait again. Its old place may have a new owner by now, so it waits apart. Twice is safe."""
        self._put_away(place, RETURNED, "")

    def set_aside(self, place: tuple[str, ...], reason: str) -> None:
        """Put away what can never be taken.

        Args:
            place: Where it lies.
            reason: Stays with it, for whoever looks.
        """
        self._put_away(place, _ASIDE, f"{reason}-")

    def aside(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield what any process has put away: the reason, and the path that it had in the inbox."""
        for entry in self._contents(_ASIDE):
            yield entry.parts[2].rpartition("-")[0], entry.parts[3:]

    def drop(self, place: tuple[str, ...]) -> None:
        """Remove a taken file. Twice is safe; when it fails the file waits again."""
        self._let_go(place)
        with suppress(FileNotFoundError), opened(self._root.descriptor, place[:-1]) as folder:
            os.unlink(place[-1], dir_fd=folder)
        self._places.pop(place, None)

    def waiting(self) -> Iterator[Entry]:
        """Yield what was given back or left by the dead, and clear away what they left empty.

        What this process took and could neither keep nor give back, because the world failed just then, is among it.
        """
        for area in self._areas():
            if area == self._name:
                yield from (entry for entry in self._contents(area) if not self._places.get(entry.parts, False))
                self._forget_folders()
            elif area == RETURNED or self._is_dead(area):
                yield from self._contents(area, clear=True)
                self._remove_empty(area)

    def taken(self) -> Iterator[Entry]:
        """Yield everything that any process, living or dead, has taken or given back."""
        for area in self._areas():
            yield from self._contents(area)

    def close(self) -> None:
        """Leave the area: what is in it waits again. Twice is safe."""
        if self._lock >= 0:
            with suppress(OSError):
                self._forget_folders()
            os.close(self._lock)
            self._lock = -1
            self._remove_empty(self._name)

    def _areas(self) -> list[str]:
        with opened(self._root.descriptor, (WORK,)) as work:
            return [name for name in names(work) if name == RETURNED or name.startswith("area-")]

    def _make_folders(self, folders: tuple[str, ...]) -> None:
        for depth in range(2, len(folders)):
            if folders[: depth + 1] not in self._folders:
                with suppress(FileExistsError), opened(self._root.descriptor, folders[:depth]) as above:
                    os.mkdir(folders[depth], mode=0o700, dir_fd=above)
                self._folders.add(folders[: depth + 1])

    def _forget_folders(self) -> None:
        """Remove one's own folders once they are empty: a folder's name may be a patient's."""
        if self._folders and not self._places:
            with opened(self._root.descriptor, (WORK, self._name)) as area:
                for layer in set(names(area)) - {_LOCK}:
                    remove_empty(area, layer)
            self._folders.clear()

    def _let_go(self, place: tuple[str, ...]) -> None:
        if place in self._places:
            self._places[place] = False

    def _put_away(self, place: tuple[str, ...], where: str, label: str) -> None:
        """Move a file out of the area, below a folder of its own that appears there together with it."""
        self._let_go(place)
        token = secrets.token_hex(8)
        apart = (WORK, self._name, token, *place[3:])
        with suppress(FileNotFoundError), opened(self._root.descriptor, place[:-1]) as folder:
            os.stat(place[-1], dir_fd=folder, follow_symlinks=False)
            self._make_folders(apart[:-1])
            self._move(place, apart)
            self._move(apart[:3], (WORK, where, label + token))
            self._folders = {made for made in self._folders if made[:3] != apart[:3]}
        self._places.pop(place, None)

    def _contents(self, area: str, *, clear: bool = False) -> Iterator[Entry]:
        with suppress(FileNotFoundError), opened(self._root.descriptor, (WORK, area)) as folder:
            for layer in names(folder):
                if layer == _LOCK:
                    continue
                found: list[Entry] = []
                with suppress(FileNotFoundError), opened(folder, (layer,)) as below:
                    found = list(walk(below, hidden=True, above=(WORK, area, layer)))
                yield from found
                if clear and not found:
                    remove_empty(folder, layer)

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
