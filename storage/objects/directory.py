"""Objects in a directory: one file each, written whole or not at all, for one machine or a shared file system."""

import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import BinaryIO, Concatenate, Final, ParamSpec, TypeVar

from documents.errors import Missing, ObjectsUnavailable
from storage.objects.finding import Finding, insist
from storage.objects.key import checked, checked_prefix
from storage.objects.probe import examine_promises
from storage.regroup import Buffer

#: Where files are written before they get their name. No key can name it.
_DRAFTS: Final = "~drafts"
#: Seconds after which a draft has surely lost its writer.
_ABANDONED: Final = 3600.0
#: Bytes read at once of what is streamed.
_PIECE: Final = 2**20
#: How many folders are remembered as durable.
_REMEMBERED: Final = 4096

P = ParamSpec("P")
R = TypeVar("R")


def _translated(
    method: Callable[Concatenate["DirectoryObjects", P], R],
) -> Callable[Concatenate["DirectoryObjects", P], R]:
    """Let no OSError pass. Its message would show paths of this machine; the number is enough."""

    @wraps(method)
    def translating(self: "DirectoryObjects", /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except OSError as error:
            raise ObjectsUnavailable(f"errno {error.errno}") from error

    return translating


class DirectoryObjects:
    """Keeps objects as files under a root: see `storage.objects.interface.Objects`.

    The file system must know hard links and one file must not be another's folder: no key may continue another with
    a slash. Folders have rights 0700, files 0600.
    """

    @_translated
    def __init__(self, root: Path) -> None:
        """Use this root, made when there is none; sweep drafts that crashed writers left.

        Raises:
            ObjectsUnavailable: It cannot be made or read.
        """
        self._root = root
        self._drafts = root / _DRAFTS
        self._durable: set[Path] = set()
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._drafts.mkdir(mode=0o700, exist_ok=True)
        _sweep(self._drafts)

    def put(self, key: str, body: bytes) -> bool:
        """Store bytes under a key that has none yet."""
        return self.put_stream(key, [body])

    @_translated
    def put_stream(self, key: str, pieces: Iterable[Buffer]) -> bool:
        """Do as `put` with bytes that come in pieces."""
        path = self._path(key)
        self._prepare(path.parent)
        stored = not path.exists() and self._place(path, pieces)
        # Also when another writer was first: its own sync may not have come yet, and the answer says "durable".
        _sync(path.parent)
        return stored

    @_translated
    def get(self, key: str) -> bytes:
        """Return the bytes under a key."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise Missing(key) from error

    def stream(self, key: str) -> Iterator[bytes]:
        """Yield the bytes under a key in pieces."""
        with self._opened(key) as file:
            while piece := self._read(file):
                yield piece

    @_translated
    def delete(self, key: str) -> None:
        """Remove the bytes under a key."""
        path = self._path(key)
        with suppress(FileNotFoundError):
            path.unlink()
            _sync(path.parent)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield every key that starts with a prefix, in ascending order."""
        folder = checked_prefix(prefix).rpartition("/")[0]
        return self._walk(self._root / folder, f"{folder}/" if folder else "", prefix)

    @_translated
    def retain(self, key: str, until: datetime) -> bool:
        """Return False: whoever owns a folder may delete from it."""
        del until
        if not self._path(key).exists():
            raise Missing(key)
        return False

    def examine(self, *, thorough: bool = False) -> Iterator[Finding]:
        """Yield what a look at each promise shows."""
        del thorough
        yield from examine_promises(self)

    def check(self) -> None:
        """Prove that the store keeps its promises."""
        insist(self.examine())

    @_translated
    def _opened(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except FileNotFoundError as error:
            raise Missing(key) from error

    @_translated
    def _read(self, file: BinaryIO) -> bytes:
        return file.read(_PIECE)

    def _path(self, key: str) -> Path:
        """Return where an object's file stands."""
        return self._root / checked(key)

    def _place(self, path: Path, pieces: Iterable[Buffer]) -> bool:
        """Write a draft, then give it its name; False when the name is taken."""
        draft = self._drafts / secrets.token_hex(16)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            # Unlike rename, link never replaces: of many writers the first one wins.
            os.link(draft, path)
        except FileExistsError:
            return False
        finally:
            draft.unlink(missing_ok=True)
        return True

    def _prepare(self, folder: Path) -> None:
        """Make a folder and its parents, each one's name durable."""
        if folder in self._durable and folder.is_dir():
            return
        if folder != self._root:
            self._prepare(folder.parent)
            with suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            _sync(folder.parent)
        if len(self._durable) >= _REMEMBERED:
            self._durable.clear()
        self._durable.add(folder)

    @_translated
    def _entries(self, folder: Path) -> list[tuple[str, bool]]:
        """Return the names in a folder and whether each is a folder, in the order in which their keys sort."""
        try:
            with os.scandir(folder) as found:
                entries = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(entries, key=lambda entry: entry[0] + "/" if entry[1] else entry[0])

    def _walk(self, folder: Path, start: str, prefix: str) -> Iterator[str]:
        """Yield the keys under a folder that start with a prefix, each as ``start`` and its path from there."""
        for name, is_folder in self._entries(folder):
            key = start + name
            if is_folder and name != _DRAFTS and f"{key}/"[: len(prefix)] == prefix[: len(key) + 1]:
                yield from self._walk(folder / name, f"{key}/", prefix)
            elif not is_folder and key.startswith(prefix):
                yield key


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sweep(drafts: Path) -> None:
    """Remove drafts whose writer must be dead. They hold sealed bytes only, and no reader ever sees them."""
    for draft in drafts.iterdir():
        # A draft may vanish under the sweep: its writer is done with it.
        with suppress(FileNotFoundError):
            if time.time() - draft.stat().st_mtime > _ABANDONED:
                draft.unlink()
