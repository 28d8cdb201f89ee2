"""A chronicle: sealed entries under growing numbers, never changed, the latest of which is how things stand."""

from collections.abc import Iterator
from dataclasses import dataclass

from storage.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Chronicle:
    """Entries in the store of the envelopes, each sealed for its number: none can be forged, moved or read there."""

    archive: Archive
    #: Where the entries rest; ends with a slash.
    folder: str
    #: What they are sealed for, followed by an entry's number.
    purpose: bytes

    def append(self, text: bytes) -> int:
        """Write an entry after the latest and return its number, from 1.

        Raises:
            Interrupted: Store or keys failed.
        """
        number = self.latest() + 1
        while not self.archive.objects.put(self._key(number), self.archive.seal_note(self._for(number), text)):
            number += 1
        return number

    def read(self, number: int) -> bytes:
        """Return an entry.

        Raises:
            Missing: It is gone.
            Tampered: It was altered.
            Interrupted: Store or keys failed.
        """
        return self.archive.open_note(self._for(number), self.archive.objects.get(self._key(number)))

    def latest(self) -> int:
        """Return the number of the latest entry; 0 where there is none."""
        return max(self._numbers(), default=0)

    def entries(self) -> Iterator[bytes]:
        """Yield all entries, oldest first."""
        return (self.read(number) for number in sorted(self._numbers()))

    def _numbers(self) -> list[int]:
        return [int(key.removeprefix(self.folder)) for key in self.archive.objects.keys(self.folder)]

    def _key(self, number: int) -> str:
        return f"{self.folder}{number:08}"

    def _for(self, number: int) -> bytes:
        return self.purpose + str(number).encode()
