"""Master keys in a file that only its owner can read: the embedded keeper, for one machine."""

import base64
import fcntl
import json
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from documents.errors import KeysUnavailable, WrongSetting
from storage.envelope.derivation import KEY_SIZE
from storage.keys.generations import Generations, identifier, master_of
from storage.keys.probe import prove_promises

_FORMAT: Final = "verso keys 1"
#: What a setting error is about; the path itself stays out of messages.
_SUBJECT: Final = "key file"


class KeyFile:
    """Keeps master keys in a file of rights 0600, read at start and again when an unknown generation turns up.

    The file is JSON: ``format``, ``masters`` (oldest first) and ``pseudonyms``, each secret as ``{"id", "key"}`` with
    the key in base64 and an id that proves it undamaged.
    """

    def __init__(self, path: Path) -> None:
        """Read the file.

        Raises:
            WrongSetting: There is none, others may read it, it belongs to somebody else, or it is damaged.
            KeysUnavailable: The file system did not answer.
        """
        self._path = path
        self._seen = _written_at(path)
        self._generations = _parse(_read(path))

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Wrap a key: see `storage.keys.interface.MasterKeys`."""
        self._look_for_another()
        return self._generations.wrap(key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap a key: see `storage.keys.interface.MasterKeys`."""
        if not self._generations.knows(wrapped):
            self._reload()
        return self._generations.unwrap(wrapped, context)

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Wrap a key anew: see `storage.keys.interface.MasterKeys`."""
        return self.wrap(self.unwrap(wrapped, context), context)

    def master_of(self, wrapped: bytes) -> str:
        """Name the master of a wrapped key: see `storage.keys.interface.MasterKeys`."""
        return master_of(wrapped)

    def masters(self) -> Sequence[str]:
        """Name the masters: see `storage.keys.interface.MasterKeys`."""
        self._reload()
        return self._generations.names

    def rotate(self) -> str:
        """Add a master to the file: see `storage.keys.interface.MasterKeys`. Copy the file to its safe at once."""
        self._rewrite(Generations.with_another)
        return self._generations.names[-1]

    def retire(self) -> bool:
        """Take older masters out of the file: see `storage.keys.interface.MasterKeys`. Destroy older copies of it."""
        self._rewrite(Generations.newest_only)
        return True

    def pseudonym(self, purpose: str, value: bytes) -> bytes:
        """Make a pseudonym: see `storage.keys.interface.MasterKeys`."""
        return self._generations.pseudonym(purpose, value)

    def check(self) -> None:
        """Prove the promises: see `storage.keys.interface.MasterKeys`."""
        prove_promises(self)

    def _look_for_another(self) -> None:
        """Read the file again if it was written since: whoever replaced the master counts on it being used."""
        with suppress(OSError):
            # A file that is locked away meanwhile is not missed: its keys are in memory.
            if self._path.stat().st_mtime_ns != self._seen:
                self._reload()

    def _rewrite(self, change: Callable[[Generations], Generations]) -> None:
        """Put a changed file in the place of the file, whole and durable, one process at a time."""
        try:
            with _alone(self._path.parent):
                self._reload()
                _put(self._path, change(self._generations))
        except OSError as error:
            raise KeysUnavailable(_SUBJECT) from error
        self._reload()

    def _reload(self) -> None:
        """Read the file again: another process may have added a generation since this one started."""
        seen = _written_at(self._path)
        found = _parse(_read(self._path))
        if found.pseudonyms != self._generations.pseudonyms:
            # Another installation's file: going on would give every patient a second name.
            raise WrongSetting(_SUBJECT)
        self._generations, self._seen = found, seen


def create(path: Path) -> None:
    """Create a key file with a first generation; durable on return, whole or not there at all.

    Raises:
        WrongSetting: There is a file already: it is never replaced, since what it wrapped would be lost.
        KeysUnavailable: The file system did not take it.
    """
    write(path, Generations.first())


def write(path: Path, generations: Generations) -> None:
    """Write generations to a key file that does not exist yet: a first one, or one restored from its paper copy.

    Raises:
        WrongSetting: As for `create`.
        KeysUnavailable: As for `create`.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = _draft(path, generations)
        try:
            # Fails where the place is taken.
            os.link(draft, path)
        finally:
            draft.unlink()
        _sync(path.parent)
    except FileExistsError as error:
        raise WrongSetting(_SUBJECT) from error
    except OSError as error:
        raise KeysUnavailable(_SUBJECT) from error


def _put(path: Path, generations: Generations) -> None:
    """Put generations in the place of those that stand in a file: whoever reads sees the one or the other, whole."""
    _draft(path, generations).replace(path)
    _sync(path.parent)


def _draft(path: Path, generations: Generations) -> Path:
    """Write generations to a file beside their place, durable."""
    document = {
        "format": _FORMAT,
        "masters": [_shown(master) for master in generations.masters],
        "pseudonyms": _shown(generations.pseudonyms),
    }
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write((json.dumps(document, indent=2) + "\n").encode())
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes from changing a key file in a folder at the same time."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _written_at(path: Path) -> int:
    """Return when a file was written last, in nanoseconds; 0 where that cannot be known."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _read(path: Path) -> bytes:
    """Return the file's content once its rights are proven, on the very file that is read."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
                raise WrongSetting(_SUBJECT)
            return file.read()
    except (FileNotFoundError, IsADirectoryError) as error:
        raise WrongSetting(_SUBJECT) from error
    except OSError as error:
        raise KeysUnavailable(_SUBJECT) from error


def _without_waiting(path: str, flags: int) -> int:
    """Open a file that may turn out to be a pipe to which nobody writes."""
    return os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)


def _parse(content: bytes) -> Generations:
    """Return the generations that a key file holds."""
    try:
        document = json.loads(content)
        if document["format"] != _FORMAT or not document["masters"]:
            raise WrongSetting(_SUBJECT)
        return Generations(
            masters=tuple(_secret(entry) for entry in document["masters"]),
            pseudonyms=_secret(document["pseudonyms"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        # The cause would quote the content.
        raise WrongSetting(_SUBJECT) from _Damaged(type(error).__name__)


class _Damaged(Exception):
    """What is wrong with a key file, without a word of what it holds."""


def _shown(secret: bytes) -> dict[str, str]:
    """Return a secret as it stands in the file."""
    return {"id": identifier(secret).hex(), "key": base64.b64encode(secret).decode()}


def _secret(entry: dict[str, str]) -> bytes:
    """Return a secret that stands in the file, proven undamaged by its id."""
    secret = base64.b64decode(entry["key"], validate=True)
    if len(secret) != KEY_SIZE or identifier(secret).hex() != entry["id"]:
        raise WrongSetting(_SUBJECT)
    return secret
