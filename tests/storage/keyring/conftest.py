"""What the tests of the keyring share: stores within reach of a forger, a letter in them, and two patients."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from documents.document import DocumentId, PatientRef, SealedObject
from documents.errors import ObjectsUnavailable
from documents.role import Role
from storage.archive import Archive
from storage.keys.memory import MemoryKeys
from storage.objects.memory import MemoryObjects

LETTER = b"Le patient Dupont-Canari presente une toux."
ONE = PatientRef("1f" * 32)
OTHER = PatientRef("2e" * 32)


class StoppableObjects(MemoryObjects):
    """A store that stops answering after a number of acts, as a worker that is killed stops asking."""

    def __init__(self) -> None:
        """Answer for ever."""
        super().__init__()
        self.acts_left: int | None = None

    def put(self, key: str, body: bytes) -> bool:
        """Put, if there is an act left."""
        self._act()
        return super().put(key, body)

    def get(self, key: str) -> bytes:
        """Get, if there is an act left."""
        self._act()
        return super().get(key)

    def delete(self, key: str) -> None:
        """Delete, if there is an act left."""
        self._act()
        super().delete(key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """List, if there is an act left."""
        self._act()
        return super().keys(prefix)

    def copy(self) -> "StoppableObjects":
        """Return a copy of all that rests, such as a backup holds."""
        made = StoppableObjects()
        for key, body in self.contents().items():
            made.put(key, body)
        return made

    def contents(self) -> dict[str, bytes]:
        """Return everything that rests, by its name."""
        return {key: self.get(key) for key in list(self.keys())}

    def _act(self) -> None:
        if self.acts_left is not None:
            self.acts_left -= 1
            if self.acts_left < 0:
                raise ObjectsUnavailable


@dataclass
class Stores:
    """What an archive stands on."""

    objects: StoppableObjects = field(default_factory=StoppableObjects)
    keyring: StoppableObjects = field(default_factory=StoppableObjects)
    masters: MemoryKeys = field(default_factory=MemoryKeys)

    def archive(self) -> Archive:
        """Open the archive, as one more process would: nothing at hand."""
        return Archive(objects=self.objects, keyring=self.keyring, masters=self.masters)

    def bodies(self, document: DocumentId) -> list[bytes]:
        """Return the wrapped keys that rest of a document."""
        return [self.keyring.get(key) for key in list(self.keyring.keys(f"{document[:2]}/{document}/"))]

    def stop_keyring_after(self, acts: int | None) -> None:
        """Let the keyring stop answering after so many acts; never, for None."""
        self.keyring.acts_left = acts


@pytest.fixture
def stores() -> Stores:
    """Give empty stores and fresh masters."""
    return Stores()


@pytest.fixture
def document(stores: Stores) -> DocumentId:
    """Give the id of the letter."""
    return stores.archive().identify("hopital-nord", LETTER)


@pytest.fixture
def original(stores: Stores, document: DocumentId) -> SealedObject:
    """Give the letter, kept."""
    return stores.archive().keep(document, Role.ORIGINAL, LETTER)
