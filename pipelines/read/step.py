"""The step INSPECTED -> READ: every page gets its text, part by part; parts may be read by many workers at once."""

from collections.abc import Sequence
from dataclasses import replace

from documents.document import Document, SealedObject
from documents.errors import WrongStage
from documents.inspection import Inspection
from documents.page import Page, Source
from documents.role import Role
from documents.stage import Stage
from documents.work import Part
from pipelines.originals import readable
from pipelines.read.paging import pages_from_json, pages_to_json
from pipelines.render.step import keep_previews, keep_searchable
from pipelines.services import Services


def open_parts(document: Document, services: Services) -> Sequence[Part]:
    """Return the runs of pages that have not been read yet, or, at a later revision, in which a page is missing."""
    size, pages = services.pages_per_part, _inspection(document).pages
    parts = (
        Part(number=number, first=first, last=min(first + size - 1, pages))
        for number, first in enumerate(range(1, pages + 1, size))
    )
    return [part for part in parts if not _is_read(document, part, services)]


def read_part(document: Document, part: Part, services: Services) -> tuple[SealedObject, ...]:
    """Read one run of pages, seal what was read and a preview of each. Safe to run twice: the first result stands."""
    original = readable(document, services)
    inspection = _inspection(document)
    pages = tuple(services.skills.reader.read(original, inspection, part.first, part.last))
    text = services.archive.derive(
        document.id, Role.PAGES, pages_to_json(pages), part=part.number, revision=document.revision
    )
    return (text, *keep_previews(document, original, inspection, pages, services))


def read(document: Document, services: Services) -> Document:
    """Read the parts that are still open, then say how the document was read."""
    for part in open_parts(document, services):
        for sealed in read_part(document, part, services):
            document = document.holding(sealed)
    pages = pages_of(document, services)
    document = keep_searchable(document, _inspection(document), pages, services)
    return replace(
        document,
        stage=Stage.READ,
        reading=how_read(pages),
        partial=any(page.source is Source.FAILED for page in pages),
    )


def pages_of(document: Document, services: Services) -> tuple[Page, ...]:
    """Return every page of a read document, in order."""
    return tuple(
        page
        for sealed in document.parts(Role.PAGES)
        for page in pages_from_json(services.archive.open(document.id, sealed))
    )


def how_read(pages: Sequence[Page]) -> str:
    """Return ``text``, ``ocr``, ``blank``, ``failed``, or ``mixed`` when the written pages differ."""
    sources = {page.source for page in pages}
    written = sources - {Source.BLANK} or sources
    return next(iter(written)).value if len(written) == 1 else "mixed"


def _is_read(document: Document, part: Part, services: Services) -> bool:
    sealed = document.object(Role.PAGES, part.number)
    if sealed is None or sealed.revision == document.revision:
        return sealed is not None
    pages = pages_from_json(services.archive.open(document.id, sealed))
    return not any(page.source is Source.FAILED for page in pages)


def _inspection(document: Document) -> Inspection:
    if document.media_type is None or document.pages is None:
        raise WrongStage(document.id)
    return Inspection(media_type=document.media_type, pages=document.pages)
