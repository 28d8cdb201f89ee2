"""Measured: bytes that pass by are counted and hashed, to be compared with what should have passed."""

import hashlib
from collections.abc import Iterable, Iterator

from storage.regroup import Buffer


class Measured:
    """Yields pieces as they come. Size and digest are those of all that have passed."""

    def __init__(self, pieces: Iterable[Buffer]) -> None:
        """Measure these pieces, which are taken once."""
        self._pieces = pieces
        self._sha256 = hashlib.sha256()
        #: Bytes that have passed.
        self.size = 0

    def __iter__(self) -> Iterator[Buffer]:
        """Let the pieces pass."""
        for piece in self._pieces:
            self._sha256.update(piece)
            self.size += len(piece)
            yield piece

    @property
    def digest(self) -> str:
        """SHA-256 of what has passed, hex."""
        return self._sha256.hexdigest()
