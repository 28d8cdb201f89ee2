"""The cutter's half in the confined child."""

from collections.abc import Mapping
from typing import Any

from pipelines.inspect import pictures
from pipelines.inspect.media_type import MediaType
from pipelines.split.cutting import cut


class CuttingTask:
    """Cuts one document after another."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._document = b""

    def hold(self, document: bytes) -> None:
        """Keep the document to cut."""
        self._document = document

    def answer(self, request: Mapping[str, Any]) -> bytes:
        """Return the pages asked for as a file.

        Raises:
            Refused: It cannot be cut.
        """
        return cut(self._document, MediaType(request["media_type"]), int(request["first"]), int(request["last"]))


def make(_options: Mapping[str, Any]) -> CuttingTask:
    """Make the child's task."""
    pictures.prepare()
    return CuttingTask()
