"""What a cutter promises."""

from typing import Protocol


class Cutter(Protocol):
    """Makes files of some of a file's pages."""

    def cut(self, original: bytes, media_type: str, first: int, last: int) -> bytes:
        """Return a file of the same type that holds pages ``first`` to ``last`` (from 1, inclusive) and nothing else.

        What the pages show stays exactly as it is. Nothing of the other pages is in the new file, hidden or not. The
        bytes are parsed in a confined process. Cutting twice gives the same pages.

        Raises:
            Refused: It cannot be cut: broken, or a type whose pages are not apart.
            Interrupted: The confined process could not be used for a reason of the world.
        """
        ...
