"""What an object store promises. Every back end passes `tests/contracts/objects.py`."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from storage.objects.finding import Finding
from storage.regroup import Buffer


class Objects(Protocol):
    """Immutable bytes under a key.

    Keys are made of ``[a-z0-9._-]`` segments joined by ``/``; anything else raises ValueError. No key is another one's
    folder: who uses ``a`` never uses ``a/b``, which some stores could not hold. Safe to use from many
    processes at once; an instance is used by one thread at a time. Any failure of the world raises
    `documents.errors.ObjectsUnavailable`; foreign errors never pass.
    """

    def put(self, key: str, body: bytes) -> bool:
        """Store bytes under a key that has none yet.

        On return the bytes are durable (a power cut does not lose them). First writer wins, whoever else tries at the
        same moment; a crash half-way leaves nothing under the key.

        Returns:
            True when these bytes were stored, False when the key had bytes already (which are left as they are).
        """
        ...

    def put_stream(self, key: str, pieces: Iterable[Buffer]) -> bool:
        """Do as `put` with bytes that come in pieces of any size. Memory stays flat.

        Nothing rests when they break off.
        """
        ...

    def get(self, key: str) -> bytes:
        """Return the bytes under a key.

        Raises:
            Missing: There is nothing under this key.
        """
        ...

    def stream(self, key: str) -> Iterator[bytes]:
        """Yield the bytes under a key in pieces. Memory stays flat.

        Raises:
            Missing: There is nothing under this key; before the first piece.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove the bytes under a key. Doing it twice is safe."""
        ...

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield every key that starts with a prefix, in ascending order, without loading bodies.

        Some servers sort folder by folder: the same for keys whose folders have names of one length, as all of ours.

        Raises:
            ValueError: No key can start like this.
        """
        ...

    def retain(self, key: str, until: datetime) -> bool:
        """Lock the bytes under a key against deletion until a time, aware and in UTC; a lock is never shortened.

        Returns:
            False where the store knows no locks: nothing is changed.

        Raises:
            Missing: There is nothing under this key.
        """
        ...

    def examine(self, *, thorough: bool = False) -> Iterator[Finding]:
        """Yield what a look at each of the store's promises shows, with a small probe object that is cleared away.

        Args:
            thorough: Also those whose proof takes some seconds.

        Raises:
            ObjectsUnavailable: It cannot be reached or written.
        """
        ...

    def check(self) -> None:
        """Insist on every promise that `examine` looks at.

        Raises:
            ObjectsUnavailable: It cannot be reached or written.
            WrongSetting: It answers, but breaks a promise.
        """
        ...
