"""A shelf: the generations of one wrapped key, of which the highest counts."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Self

from documents.document import DocumentId, PatientRef
from documents.errors import Missing
from storage.objects.interface import Objects

#: Folder of the patients' keys; those of documents rest in folders of two hex characters.
PATIENTS: Final = "patients/"


def folder_of_document(document: DocumentId) -> str:
    """Return where the generations of a document's key rest; ends with a slash."""
    return f"{document[:2]}/{document}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One wrapped form of a key, as it rests."""

    number: int
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The generations of one key, each under its number in six digits, so that names sort.

    A number is taken once: of two who add the same one, the first wins, and the other looks again.
    """

    objects: Objects
    #: Where they rest; ends with a slash.
    folder: str

    @classmethod
    def of_document(cls, objects: Objects, document: DocumentId) -> Self:
        """Return the shelf of a document's key."""
        return cls(objects=objects, folder=folder_of_document(document))

    @classmethod
    def of_patient(cls, objects: Objects, patient: PatientRef) -> Self:
        """Return the shelf of a patient's key."""
        return cls(objects=objects, folder=f"{PATIENTS}{patient[:2]}/{patient}/")

    def name(self, number: int) -> str:
        """Return the name under which a generation rests."""
        return f"{self.folder}{number:06}"

    def numbers(self) -> list[int]:
        """Return the generations that rest, oldest first."""
        return [int(name.removeprefix(self.folder)) for name in self.objects.keys(self.folder)]

    def read(self, number: int) -> Generation:
        """Return a generation.

        Raises:
            Missing: It is not there, or not any more.
        """
        return Generation(number=number, body=self.objects.get(self.name(number)))

    def find(self, number: int | None) -> Generation | None:
        """Return a generation; None where it is not there, or none is asked for."""
        if number is None:
            return None
        with suppress(Missing):
            return self.read(number)
        return None

    def newest(self) -> Generation | None:
        """Return the highest generation, or None where there never was one.

        Raises:
            Missing: One is listed and cannot be read, or all are gone since: never a reason to make a new key.
        """
        return self.newest_of(self.numbers())

    def newest_of(self, numbers: list[int]) -> Generation | None:
        """Do as `newest`, beginning with the generations that are listed."""
        while numbers:
            try:
                return self.read(numbers[-1])
            except Missing:
                numbers = self.changed(numbers)
        return None

    def changed(self, numbers: list[int]) -> list[int]:
        """Return the generations that rest now, after one of those listed could not be read: another replaced it.

        Raises:
            Missing: Nothing changed, or nothing is left.
        """
        now = self.numbers()
        if not now or now == numbers:
            raise Missing(f"key {self.folder}")
        return now

    def add(self, number: int, body: bytes) -> bool:
        """Add a generation; return whether it was the first of its number."""
        return self.objects.put(self.name(number), body)

    def clear_below(self, number: int) -> None:
        """Destroy the generations before one. Twice is safe."""
        self.clear([older for older in self.numbers() if older < number])

    def clear(self, numbers: Iterable[int]) -> None:
        """Destroy some generations. Twice is safe."""
        for number in numbers:
            self.objects.delete(self.name(number))
