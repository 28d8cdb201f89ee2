"""A cutter that works in a confined child: a stack is as little to be trusted as any other file."""

from collections.abc import Mapping
from typing import Any

from documents.errors import HarmfulFile, ReaderFailed
from pipelines.confinement.confinement import Confinement
from pipelines.confinement.limits import Layer, Limits

#: Copying pages is quick; what needs more is broken or hostile.
LIMITS = Limits(memory=3 << 30, cpu_seconds=60, seconds=120.0)


class ConfinedCutter:
    """Cuts in one confined child, started with the first stack and kept warm."""

    def __init__(self, *, limits: Limits = LIMITS, required: frozenset[Layer] = frozenset()) -> None:
        """Prepare without starting anything.

        Args:
            limits: What the child may use for one piece.
            required: Layers of confinement without which nothing is cut.
        """
        self._confinement = Confinement("pipelines.split.confined:make", {}, limits=limits, required=required)

    def cut(self, original: bytes, media_type: str, first: int, last: int) -> bytes:
        """Return some of a file's pages as a file. See `pipelines.split.interface.Cutter`.

        Raises:
            Refused: It cannot be cut.
            Interrupted: The confined process could not be used for a reason of the world.
        """
        request = {"media_type": media_type, "first": first, "last": last}
        # A child may die for a reason of the world; twice on one document, it is the document.
        try:
            return self._ask(request, original)
        except ReaderFailed:
            self._confinement.start()
        try:
            return self._ask(request, original)
        except ReaderFailed as error:
            raise HarmfulFile from error

    def _ask(self, request: Mapping[str, Any], original: bytes) -> bytes:
        piece = self._confinement.fetch(request, original)
        if not isinstance(piece, bytes):
            raise ReaderFailed("no bytes")
        return piece

    def close(self) -> None:
        """End the child. The next stack starts another."""
        self._confinement.close()
