"""Objects in memory: for tests and demonstrations; gone with the process."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from threading import Lock

from documents.errors import Missing
from storage.objects.finding import Finding, insist
from storage.objects.key import checked, checked_prefix
from storage.objects.probe import examine_promises
from storage.regroup import Buffer


class MemoryObjects:
    """Keeps objects in a dictionary: see `storage.objects.interface.Objects`."""

    def __init__(self) -> None:
        """Start empty."""
        self._bodies: dict[str, bytes] = {}
        self._lock = Lock()

    def put(self, key: str, body: bytes) -> bool:
        """Store bytes under a key that has none yet."""
        with self._lock:
            if checked(key) in self._bodies:
                return False
            self._bodies[key] = body
            return True

    def put_stream(self, key: str, pieces: Iterable[Buffer]) -> bool:
        """Do as `put` with bytes that come in pieces."""
        return self.put(key, b"".join(pieces))

    def get(self, key: str) -> bytes:
        """Return the bytes under a key."""
        try:
            return self._bodies[checked(key)]
        except KeyError as error:
            raise Missing(key) from error

    def stream(self, key: str) -> Iterator[bytes]:
        """Yield the bytes under a key."""
        return iter((self.get(key),))

    def delete(self, key: str) -> None:
        """Remove the bytes under a key."""
        self._bodies.pop(checked(key), None)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield every key that starts with a prefix, in ascending order."""
        start = checked_prefix(prefix)
        return iter(sorted(key for key in tuple(self._bodies) if key.startswith(start)))

    def retain(self, key: str, until: datetime) -> bool:
        """Return False: memory knows no locks."""
        del until
        self.get(key)
        return False

    def examine(self, *, thorough: bool = False) -> Iterator[Finding]:
        """Yield what a look at each promise shows."""
        del thorough
        yield from examine_promises(self)

    def check(self) -> None:
        """Prove that the store keeps its promises."""
        insist(self.examine())
