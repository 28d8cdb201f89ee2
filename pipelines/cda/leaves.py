"""The pages of a CDA document: those of its text, and those of the PDFs and pictures that it carries."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from documents.arrival import Declaration
from documents.errors import DamagedFile, Refused, TooManyPages, UnknownType
from pipelines.cda.header import HL7, declaration_in, establishment_of, identifiers_of, title_of
from pipelines.cda.markup import parse
from pipelines.cda.media import Medium, media
from pipelines.cda.narrative import narrative
from pipelines.cda.rendering import header_lines, paged, running_head
from pipelines.inspect.media_type import PICTURES, MediaType, recognise
from pipelines.inspect.pdf import count_pages
from pipelines.inspect.pictures import count_frames

_CLINICAL_DOCUMENT = "{urn:hl7-org:v3}ClinicalDocument"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page."""

    #: What stands on it, when it is a page of text.
    text: str | None = field(default=None, repr=False)
    #: Which of the carried files it is a page of, from 0; None when it is text.
    medium: int | None = None
    #: Which of that file's pages, from 1.
    number: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cda:
    """A CDA document, understood."""

    #: What its header declares.
    declaration: Declaration
    leaves: tuple[Leaf, ...]
    #: What it carries, with its true type; None where it is nothing that can be shown.
    files: tuple[tuple[bytes, MediaType] | None, ...] = field(repr=False)


def open_cda(original: bytes, most_pages: int = 1 << 31) -> Cda:
    """Understand a CDA document. At level 1 the carried file comes first, else the text.

    The header is always a page, or the beginning of one: whoever reads the document sees whose it is said to be, and a
    header that contradicts the rest is evidence like any other.

    Raises:
        UnknownType: It is XML of another kind.
        DamagedFile: It is broken, or its whole body is a file that is.
        ForbiddenMarkup: It declares a document type.
        HarmfulFile: It is a bomb.
        TooManyPages: It holds more pages than allowed.
    """
    document = _clinical_document(parse(original))
    body = document.find("component/nonXMLBody/text", HL7)
    carried = tuple(media(document))
    files = tuple(map(_file, carried))
    if body is not None and body.get("representation") == "B64" and not any(files):
        raise DamagedFile if not carried or carried[0].content is None else UnknownType
    attached = tuple(_media_leaves(files, most_pages, alone=body is not None))
    said, numbers = declaration_in(document), list(identifiers_of(document))
    lines = [title_of(document), "", *header_lines(said, numbers, establishment_of(document)), *_text(document, body)]
    written = tuple(Leaf(text=page) for page in paged(lines, running_head(said, numbers)))
    leaves = (*attached, *written) if body is not None and attached else (*written, *attached)
    if len(leaves) > most_pages:
        raise TooManyPages
    return Cda(declaration=said, leaves=leaves, files=files)


def _clinical_document(root: ET.Element) -> ET.Element:
    """Return the clinical document, which may stand in the style sheet that presents it."""
    if root.tag == _CLINICAL_DOCUMENT:
        return root
    within = next(root.iter(_CLINICAL_DOCUMENT), None)
    if within is None:
        raise UnknownType
    return within


def _text(document: ET.Element, body: ET.Element | None) -> Iterator[str]:
    if body is not None and body.get("representation") != "B64":
        yield ""
        yield from (body.text or "").strip().splitlines()
    yield from narrative(document)


def _file(medium: Medium) -> tuple[bytes, MediaType] | None:
    if medium.content is None:
        return None
    try:
        kind = recognise(medium.content)
    except Refused:
        return None
    return (medium.content, kind) if kind is MediaType.PDF or kind in PICTURES else None


def _media_leaves(files: Sequence[tuple[bytes, MediaType] | None], most: int, *, alone: bool) -> Iterator[Leaf]:
    """Yield the pages of the files; one for a file that is broken: it fails when it is read, and is told of."""
    for place, file in enumerate(files):
        pages = 1
        if file is not None:
            content, kind = file
            try:
                pages = count_pages(content, most) if kind is MediaType.PDF else count_frames(content, kind, most)
            except TooManyPages:
                raise
            except Refused:
                if alone:
                    raise
        yield from (Leaf(medium=place, number=number) for number in range(1, pages + 1))
