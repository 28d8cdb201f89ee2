"""What the tests of the keyring share: stores within reach of a forger, a letter in them, and two patients."""

from dataclasses import dataclass, field

import pytest

from documents.document import DocumentId, PatientRef, SealedObject
from documents.role import Role
from storage.archive import Archive
from storage.keys.memory import MemoryKeys
from tests.stoppable import StoppableObjects

LETTER = b"Le patient Dupont-Canari presente une toux."
ONE = PatientRef("1f" * 32)
OTHER = PatientRef("2e" * 32)


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
        self.keyring.life.acts = acts


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
