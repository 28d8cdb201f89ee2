"""Gathering: bytes of files that are coming in and are not sealed yet; all of them together have a bounded room."""

import threading
from collections.abc import Callable
from typing import Final

from anyio import CapacityLimiter, to_thread

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
        """Whether there is no room left: whoever takes more then has what they have sealed, and waits for it."""
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

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._bytes)

    @property
    def due(self) -> bool:
        """Whether some are to be sealed before more are taken.

        A file that fits into one piece is not sealed in parts, unless there is no room.
        """
        return len(self) > PIECE or (self._basin.full and len(self) >= _LEAST)

    def add(self, content: bytes) -> None:
        """Take some more."""
        self._bytes += content
        self._basin.change(len(content))

    async def seal(self, take: Callable[[bytes], object], turn: CapacityLimiter) -> None:
        """Have up to a piece sealed in a thread, when it is its turn; it is held until it is.

        Raises:
            VersoError: Whatever sealing raises; it is held still.
        """
        async with turn:
            piece = bytes(memoryview(self._bytes)[:PIECE])
            await to_thread.run_sync(take, piece)
        del self._bytes[: len(piece)]
        self._basin.change(-len(piece))

    def rest(self) -> bytes:
        """Return what is left, and hold nothing any more."""
        found = bytes(self._bytes)
        self._bytes.clear()
        self._basin.change(-len(found))
        return found
