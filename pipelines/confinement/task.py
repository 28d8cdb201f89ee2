"""What a confined child does for its parent: it holds one document and answers about it."""

from collections.abc import Mapping
from typing import Any, Protocol


class Task(Protocol):
    """The work of a child.

    Made by a function ``(options) -> Task`` that the parent names as ``module:function``. That function runs before the
    child is confined and loads everything the work needs: afterwards neither files nor programs are within reach.
    """

    def hold(self, document: bytes) -> None:
        """Keep a document for the questions to come, in place of the one before. Must not parse it yet."""
        ...

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any] | bytes:
        """Answer a question about the held document with a JSON object, or with bytes, never empty.

        Raises:
            Refused: The document is at fault; the parent raises the same.
        """
        ...
