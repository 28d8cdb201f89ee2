"""The step INSPECTED -> READ: every page gets its text, part by part; parts may be read by many workers at once."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from documents.document import Document, SealedObject
from documents.errors import PagesMissing, WrongStage
from documents.inspection import Inspection
from documents.page import Page, Source
from documents.role import Role
from documents.stage import Stage
from documents.work import Part
from pipelines.originals import readable
from pipelines.read.paging import pages_from_json, pages_to_json
from pipelines.render.step import keep_previews, keep_searchable
from pipelines.services import Services
from pipelines.settling import turns_of


def open_parts(document: Document, services: Services) -> Sequence[Part]:
    """Return the runs of pages that have not been read yet; at a new revision, also those that went wrong before.

    Those are the ones that could not be read, and those that lie otherwise than they were read, as a person says.
    What has been read is told by the pages that rest, never by how they were cut: the cut may be another by now.
    """
    turns = turns_of(document, services)
    read_already = [
        number
        for number, (page, revision) in _resting(document, services).items()
        if revision == document.revision
        or (page.source is not Source.FAILED and page.turned == turns.get(number, page.turned))
    ]
    return _cut(sorted({*range(1, _inspection(document).pages + 1)}.difference(read_already)), services.pages_per_part)


def read_part(document: Document, part: Part, services: Services) -> tuple[SealedObject, ...]:
    """Read one run of pages, seal what was read and a preview of each. Safe to run twice: the first result stands.

    Raises:
        PagesMissing: The reader left a page out; nothing was sealed.
        Interrupted: Reader, stores or keys failed.
    """
    original = readable(document, services)
    inspection = _inspection(document)
    turns = turns_of(document, services)
    pages = tuple(
        _heard(services.skills.reader.read(original, inspection, part.first, part.last, turns), part, services)
    )
    _expect(document, pages, range(part.first, part.last + 1))
    text = services.archive.derive_later(
        document.id, Role.PAGES, pages_to_json(pages), part=part.number, revision=document.revision
    )
    return (text, *keep_previews(document, original, inspection, pages, services))


def _heard(pages: Iterable[Page], part: Part, services: Services) -> Iterator[Page]:
    """Yield pages as they are read, and let each but the last be heard of."""
    for page in pages:
        if page.number < part.last:
            services.page_read()
        yield page


def read(document: Document, services: Services) -> Document:
    """Read the parts that are still open, then say how the document was read.

    Raises:
        PagesMissing: Some page was left out all the same; nothing that lacks one is ever called read.
        Interrupted: Reader, stores or keys failed.
    """
    # Of a part that was sealed before the cut changed the first result stands, and may end earlier: look again.
    while parts := open_parts(document, services):
        before = document
        for part in parts:
            document = document.holding(*read_part(document, part, services))
        if document == before:
            raise PagesMissing(document.id)
    pages = pages_of(document, services)
    document = keep_searchable(document, _inspection(document), pages, services)
    return replace(
        document,
        stage=Stage.READ,
        reading=how_read(pages),
        partial=any(page.source is Source.FAILED for page in pages),
    )


def pages_of(document: Document, services: Services) -> tuple[Page, ...]:
    """Return every page of a read document, in order.

    Raises:
        PagesMissing: They are not exactly the pages that the document has.
    """
    resting = _resting(document, services)
    pages = tuple(resting[number][0] for number in sorted(resting))
    _expect(document, pages, range(1, _inspection(document).pages + 1))
    return pages


def how_read(pages: Sequence[Page]) -> str:
    """Return ``text``, ``ocr``, ``blank``, ``failed``, or ``mixed`` when the written pages differ."""
    sources = {page.source for page in pages}
    written = sources - {Source.BLANK} or sources
    return next(iter(written)).value if len(written) == 1 else "mixed"


def _resting(document: Document, services: Services) -> dict[int, tuple[Page, int]]:
    """Return each page that has been read, by its number, as it was read last, with the revision of that reading."""
    found: dict[int, tuple[Page, int]] = {}
    for sealed in sorted(document.objects, key=lambda one: one.revision):
        if sealed.role is Role.PAGES:
            pages = services.archive.parsed(document.id, sealed, pages_from_json)
            found |= {page.number: (page, sealed.revision) for page in pages}
    return found


def _cut(numbers: Sequence[int], size: int) -> Sequence[Part]:
    """Cut the numbers of pages into runs without a gap, none longer than a size; each is named by its first page."""
    runs: list[list[int]] = []
    for number in numbers:
        if not runs or len(runs[-1]) == size or runs[-1][-1] + 1 != number:
            runs.append([])
        runs[-1].append(number)
    return [Part(number=run[0], first=run[0], last=run[-1]) for run in runs]


def _expect(document: Document, pages: Iterable[Page], numbers: Iterable[int]) -> None:
    if [page.number for page in pages] != list(numbers):
        raise PagesMissing(document.id)


def _inspection(document: Document) -> Inspection:
    if document.media_type is None or document.pages is None:
        raise WrongStage(document.id)
    return Inspection(media_type=document.media_type, pages=document.pages)
