"""Master keys that live and die with the process: for tests and demonstrations."""

from collections.abc import Sequence

from storage.keys.generations import Generations, master_of
from storage.keys.probe import prove_promises


class MemoryKeys:
    """Keeps master keys in memory only. What they wrapped is lost with the process."""

    def __init__(self, generations: Generations | None = None) -> None:
        """Start with these generations, or with a first one of its own."""
        self._generations = generations or Generations.first()

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Wrap a key: see `storage.keys.interface.MasterKeys`."""
        return self._generations.wrap(key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap a key: see `storage.keys.interface.MasterKeys`."""
        return self._generations.unwrap(wrapped, context)

    def rewrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Wrap a key anew: see `storage.keys.interface.MasterKeys`."""
        return self._generations.rewrap(wrapped, context)

    def master_of(self, wrapped: bytes) -> str:
        """Name the master of a wrapped key: see `storage.keys.interface.MasterKeys`."""
        return master_of(wrapped)

    def masters(self) -> Sequence[str]:
        """Name the masters: see `storage.keys.interface.MasterKeys`."""
        return self._generations.names

    def rotate(self) -> str:
        """Add a master: see `storage.keys.interface.MasterKeys`."""
        self._generations = self._generations.with_another()
        return self._generations.names[-1]

    def retire(self) -> bool:
        """Take older masters out of use: see `storage.keys.interface.MasterKeys`."""
        self._generations = self._generations.newest_only()
        return True

    def pseudonym(self, purpose: str, value: bytes) -> bytes:
        """Make a pseudonym: see `storage.keys.interface.MasterKeys`."""
        return self._generations.pseudonym(purpose, value)

    def check(self) -> None:
        """Prove the promises: see `storage.keys.interface.MasterKeys`."""
        prove_promises(self)
