"""What a renderer promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from documents.inspection import Inspection
from documents.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMade:
    """Why there is no such picture or PDF. It stops nothing: the original rests, whole."""

    #: ``no-picture``, ``nothing-to-add``, ``too-large``, ``not-wanted``, or the code of what went wrong.
    code: str
    #: Whether something went wrong, rather than there being nothing to make.
    failed: bool = False


class Renderer(Protocol):
    """Draws pages and lays text under them. Works in a confined process; safe to call twice."""

    def preview(self, original: bytes, inspection: Inspection, page: Page) -> bytes | NotMade:
        """Return a small upright picture of a page as WebP, at most 1000 pixels high and wide.

        Raises:
            Interrupted: The confined process could not be used for a reason of the world.
        """
        ...

    def typeset(self, pages: Sequence[str]) -> bytes | NotMade:
        """Return a PDF of pages of text of Verso's own making: the same pages always give the same bytes."""
        ...

    def searchable(self, original: bytes, inspection: Inspection, pages: Sequence[Page]) -> bytes | NotMade:
        """Return a PDF that shows what the original shows, with the words of its scans invisibly in their places.

        A page that says its words itself stays as it is. Pictures are not compressed anew with loss. The PDF is at most
        half as large again as the original, or is not made.

        Args:
            original: The document's bytes.
            inspection: What they are.
            pages: Every page, as read.

        Raises:
            Interrupted: The confined process could not be used for a reason of the world.
        """
        ...
