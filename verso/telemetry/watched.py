"""Stores and keepers of keys that are watched: each call is an act."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from storage.keys.interface import MasterKeys
from storage.objects.finding import Finding
from storage.objects.interface import Objects
from storage.regroup import Buffer
from verso.telemetry.interface import SILENT, Act, Telemetry


def watched_objects(objects: Objects, telemetry: Telemetry) -> Objects:
    """Return a store that is watched; the store itself where nobody looks."""
    return objects if telemetry is SILENT else WatchedObjects(objects, telemetry)


def watched_keys(masters: MasterKeys, telemetry: Telemetry) -> MasterKeys:
    """Return a keeper that is watched; the keeper itself where nobody looks."""
    return masters if telemetry is SILENT else WatchedKeys(masters, telemetry)


class WatchedObjects:
    """An object store whose calls are watched: see `storage.objects.interface.Objects`."""

    def __init__(self, objects: Objects, telemetry: Telemetry) -> None:
        """Watch this store."""
        self._objects = objects
        self._telemetry = telemetry

    def put(self, key: str, body: bytes) -> bool:
        """Store bytes under a key that has none yet."""
        with self._telemetry.doing(Act.OBJECT, "put"):
            return self._objects.put(key, body)

    def put_stream(self, key: str, pieces: Iterable[Buffer]) -> bool:
        """Do as `put` with bytes that come in pieces."""
        with self._telemetry.doing(Act.OBJECT, "put"):
            return self._objects.put_stream(key, pieces)

    def get(self, key: str) -> bytes:
        """Return the bytes under a key."""
        with self._telemetry.doing(Act.OBJECT, "get"):
            return self._objects.get(key)

    def stream(self, key: str) -> Iterator[bytes]:
        """Yield the bytes under a key; how long that takes is up to whoever reads."""
        return self._objects.stream(key)

    def delete(self, key: str) -> None:
        """Remove the bytes under a key."""
        with self._telemetry.doing(Act.OBJECT, "delete"):
            self._objects.delete(key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield every key that starts with a prefix."""
        return self._objects.keys(prefix)

    def retain(self, key: str, until: datetime) -> bool:
        """Lock the bytes under a key."""
        with self._telemetry.doing(Act.OBJECT, "retain"):
            return self._objects.retain(key, until)

    def examine(self, *, thorough: bool = False) -> Iterator[Finding]:
        """Yield what a look at each promise shows."""
        return self._objects.examine(thorough=thorough)

    def check(self) -> None:
        """Prove that the store keeps its promises."""
        self._objects.check()


class WatchedKeys:
    """A keeper of master keys whose calls are watched: see `storage.keys.interface.MasterKeys`."""

    def __init__(self, masters: MasterKeys, telemetry: Telemetry) -> None:
        """Watch this keeper."""
        self._masters = masters
        self._telemetry = telemetry

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return a key wrapped."""
        with self._telemetry.doing(Act.KEY, "wrap"):
            return self._masters.wrap(key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key."""
        with self._telemetry.doing(Act.KEY, "unwrap"):
            return self._masters.unwrap(wrapped, context)

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return a wrapped key under the newest master."""
        with self._telemetry.doing(Act.KEY, "rewrap"):
            return self._masters.rewrap(wrapped, context)

    def master_of(self, wrapped: bytes) -> str:
        """Return the name of the master that wrapped a key."""
        return self._masters.master_of(wrapped)

    def masters(self) -> Sequence[str]:
        """Return the names of the masters that unwrap."""
        return self._masters.masters()

    def rotate(self) -> str:
        """Add a master."""
        return self._masters.rotate()

    def retire(self) -> bool:
        """Take every master but the newest out of use."""
        return self._masters.retire()

    def pseudonym(self, purpose: str, value: bytes) -> bytes:
        """Return what stands for a value."""
        with self._telemetry.doing(Act.KEY, "pseudonym"):
            return self._masters.pseudonym(purpose, value)

    def check(self) -> None:
        """Prove that what was set up keeps its promises."""
        self._masters.check()
