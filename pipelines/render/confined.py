"""The renderer's half in the confined child: opens the held document once, draws its pages, lays its words."""

from collections.abc import Mapping
from typing import Any

from pipelines.inspect import pdf, pictures
from pipelines.inspect.media_type import MediaType
from pipelines.read import wire
from pipelines.render import archival
from pipelines.render.preview import Draw, opened, preview
from pipelines.render.searchable import searchable

NO_PICTURE = "no-picture"


class RenderingTask:
    """Renders one document after another."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self.hold(b"")

    def hold(self, document: bytes) -> None:
        """Keep the document to render; open it with the first page asked for."""
        self._document = document
        self._draw: Draw | None = None

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any] | bytes:
        """Return a preview of a page, a searchable PDF when pages are given, or the code of why there is none.

        Raises:
            Refused: It cannot be decoded.
        """
        media_type = MediaType(request["media_type"])
        made: bytes | str | None
        if "pages" in request:
            made = searchable(self._document, media_type, [wire.from_json(page) for page in request["pages"]])
        else:
            self._draw = self._draw or opened(self._document, media_type)
            made = preview(self._draw, request["page"], request["turned"]) if self._draw else None
        return made if isinstance(made, bytes) else {"not_made": made or NO_PICTURE}


def make(_options: Mapping[str, Any]) -> RenderingTask:
    """Make the child's task."""
    pictures.prepare()
    archival.srgb()
    pdf.prepare()
    return RenderingTask()
