"""Gathering: bytes of files that are coming in and are not sealed yet; all of them together have a bounded room."""

import threading
from typing import Final

from feeders.upload import PIECE

#: Most bytes that all files together have here before pieces are sealed before they are full.
_ROOM: Final = 64 * 2**20
#: Fewest bytes that are sealed for want of room.
_LEAST: Final = 64 * 2**10


class Basin:
    """What all files that are coming in have in memory. Safe for many threads."""

    def __init__(self, room: int = _ROOM) -> None:
        """Hold nothing yet."""
        self._room = room
        #: Bytes.
        self.held = 0
        self._lock = threading.Lock()

    @property
    def full(self) -> bool:
        """Whether there is no room left: whoever takes more then seals what they have."""
        return self.held >= self._room

    def change(self, by: int) -> None:
        """Note that so many more bytes are held, or fewer."""
        with self._lock:
            self.held += by


class Gathering:
    """The bytes of one file that wait to be sealed: at most a piece, less while many files share the room."""

    def __init__(self, basin: Basin) -> None:
        """Begin with none."""
        self._basin = basin
        self._bytes = bytearray()

    def add(self, content: bytes) -> None:
        """Take some more."""
        self._bytes += content
        self._basin.change(len(content))

    def piece(self) -> bytes | None:
        """Return what is to be sealed now, and hold it no more; None where there is time.

        A file that fits into one piece is not sealed in parts, unless there is no room.
        """
        if len(self._bytes) > PIECE or (self._basin.full and len(self._bytes) >= _LEAST):
            return self._taken(PIECE)
        return None

    def rest(self) -> bytes:
        """Return what is left, and hold nothing any more."""
        return self._taken(len(self._bytes))

    def _taken(self, most: int) -> bytes:
        found = bytes(self._bytes[:most])
        del self._bytes[:most]
        self._basin.change(-len(found))
        return found
