"""Objects in memory: for tests and demonstrations; gone with the process."""

from collections.abc import Iterator
from threading import Lock

from documents.errors import Missing
from storage.objects.key import checked, checked_prefix
from storage.objects.probe import prove_promises


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

    def get(self, key: str) -> bytes:
        """Return the bytes under a key."""
        try:
            return self._bodies[checked(key)]
        except KeyError as error:
            raise Missing(key) from error

    def delete(self, key: str) -> None:
        """Remove the bytes under a key."""
        self._bodies.pop(checked(key), None)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield every key that starts with a prefix, in ascending order."""
        start = checked_prefix(prefix)
        return iter(sorted(key for key in tuple(self._bodies) if key.startswith(start)))

    def check(self) -> None:
        """Prove that the store keeps its promises."""
        prove_promises(self)
