"""A renderer that makes nothing, for installations that want originals and texts alone."""

from collections.abc import Sequence
from typing import Final

from documents.inspection import Inspection
from documents.page import Page
from pipelines.render.interface import NotMade

_NOT_WANTED: Final = NotMade(code="not-wanted")


class IdleRenderer:
    """Makes nothing."""

    def preview(self, original: bytes, inspection: Inspection, page: Page) -> NotMade:  # noqa: ARG002
        """Say that previews are not wanted."""
        return _NOT_WANTED

    def typeset(self, pages: Sequence[str]) -> NotMade:  # noqa: ARG002
        """Say that PDFs are not wanted."""
        return _NOT_WANTED

    def searchable(self, original: bytes, inspection: Inspection, pages: Sequence[Page]) -> NotMade:  # noqa: ARG002
        """Say that searchable PDFs are not wanted."""
        return _NOT_WANTED
