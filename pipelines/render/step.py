"""What is kept for people beside the text: previews as pages are read, the searchable PDF when all of them are."""

from collections.abc import Iterable, Sequence

import structlog

from documents.document import Document, SealedObject
from documents.inspection import Inspection
from documents.page import Page, Source
from documents.role import Role
from pipelines.originals import readable
from pipelines.render.interface import NotMade
from pipelines.services import Services

_log = structlog.get_logger(__name__)


def keep_previews(
    document: Document, original: bytes, inspection: Inspection, pages: Iterable[Page], services: Services
) -> tuple[SealedObject, ...]:
    """Seal a preview of each page that has been read, one a part by page number. Safe to run twice."""
    kept = []
    for page in pages:
        if page.source is Source.FAILED:
            # What could not be decoded to be read is not decoded again to be drawn.
            continue
        made = services.skills.renderer.preview(original, inspection, page)
        if isinstance(made, NotMade):
            _note(document, Role.PREVIEW, made, page.number)
        else:
            kept.append(
                services.archive.derive_later(
                    document.id, Role.PREVIEW, made, part=page.number, revision=document.revision
                )
            )
    return tuple(kept)


def keep_searchable(document: Document, inspection: Inspection, pages: Sequence[Page], services: Services) -> Document:
    """Seal the searchable PDF of a document whose scans gave words. Safe to run twice."""
    made = services.skills.renderer.searchable(readable(document, services), inspection, pages)
    if isinstance(made, NotMade):
        _note(document, Role.SEARCHABLE, made, 0)
        return document
    return document.holding(
        services.archive.derive_later(document.id, Role.SEARCHABLE, made, revision=document.revision)
    )


def _note(document: Document, role: Role, why: NotMade, part: int) -> None:
    if why.failed:
        _log.warning("not-rendered", document=document.id, part=part, name=role.slug, code=why.code)
