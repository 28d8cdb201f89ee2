"""A store that stops answering after a number of acts, as a worker that is killed stops asking."""

from collections.abc import Iterator
from dataclasses import dataclass

from documents.errors import ObjectsUnavailable
from storage.objects.memory import MemoryObjects


@dataclass
class Life:
    """How many acts are left to whoever works on some stores; None for as many as it takes."""

    acts: int | None = None

    def spend(self) -> None:
        """Act once more, or be dead."""
        if self.acts is not None:
            self.acts -= 1
            if self.acts < 0:
                raise ObjectsUnavailable


class StoppableObjects(MemoryObjects):
    """Objects in memory, within reach of whoever has a life left."""

    def __init__(self, life: Life | None = None) -> None:
        """Answer for as long as a life lasts."""
        super().__init__()
        self.life = life or Life()

    def put(self, key: str, body: bytes) -> bool:
        """Put."""
        self.life.spend()
        return super().put(key, body)

    def get(self, key: str) -> bytes:
        """Get."""
        self.life.spend()
        return super().get(key)

    def delete(self, key: str) -> None:
        """Delete."""
        self.life.spend()
        super().delete(key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """List."""
        self.life.spend()
        return super().keys(prefix)

    def contents(self) -> dict[str, bytes]:
        """Return everything that rests, by its name: what a backup holds."""
        return {key: self.get(key) for key in list(self.keys())}

    def put_back(self, backup: dict[str, bytes]) -> None:
        """Put a backup back beside what rests."""
        for key, body in backup.items():
            self.put(key, body)

    def restore(self, backup: dict[str, bytes]) -> None:
        """Put a backup in the place of what rests."""
        for key in list(self.keys()):
            self.delete(key)
        self.put_back(backup)
