"""Master keys in a file that only its owner can read: the embedded keeper, for one machine."""

import base64
import json
import os
import secrets
import stat
from pathlib import Path
from typing import Final

from documents.errors import KeysUnavailable, WrongSetting
from storage.envelope.derivation import KEY_SIZE
from storage.keys.generations import Generations, identifier
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
        self._generations = _parse(_read(path))

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Wrap a key: see `storage.keys.interface.MasterKeys`."""
        return self._generations.wrap(key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap a key: see `storage.keys.interface.MasterKeys`."""
        if not self._generations.knows(wrapped):
            self._reload()
        return self._generations.unwrap(wrapped, context)

    def pseudonym(self, purpose: str, value: bytes) -> bytes:
        """Make a pseudonym: see `storage.keys.interface.MasterKeys`."""
        return self._generations.pseudonym(purpose, value)

    def check(self) -> None:
        """Prove the promises: see `storage.keys.interface.MasterKeys`."""
        prove_promises(self)

    def _reload(self) -> None:
        """Read the file again: another process may have added a generation since this one started."""
        found = _parse(_read(self._path))
        if found.pseudonyms != self._generations.pseudonyms:
            # Another installation's file: going on would give every patient a second name.
            raise WrongSetting(_SUBJECT)
        self._generations = found


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
    document = {
        "format": _FORMAT,
        "masters": [_shown(master) for master in generations.masters],
        "pseudonyms": _shown(generations.pseudonyms),
    }
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _place(path, (json.dumps(document, indent=2) + "\n").encode())
    except FileExistsError as error:
        raise WrongSetting(_SUBJECT) from error
    except OSError as error:
        raise KeysUnavailable(_SUBJECT) from error


def _place(path: Path, content: bytes) -> None:
    """Write a file beside its place, then link it there, which fails when the place is taken."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


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
