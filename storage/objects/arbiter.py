"""The arbiter: who may write a name, where the store itself lets the last writer win."""

from contextlib import AbstractContextManager
from typing import Protocol


class Arbiter(Protocol):
    """Gives a name to one writer at a time, whatever the process or machine."""

    def holding(self, name: str) -> AbstractContextManager[None]:
        """Hold a name for the length of a block.

        A block that ends well gives the name back. One that fails, or whose process dies, keeps it for as long as its
        last request could still reach the store: nobody may write meanwhile what that one would overwrite.

        Raises:
            ObjectsUnavailable: Another writer holds it, or the block took longer than it can be held; try again later.
            LedgerUnavailable: Nobody can tell who holds it.
        """
        ...
