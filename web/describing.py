"""Documents as the API and the pages show them: what each visitor may know, and no more."""

from collections.abc import Iterable, Mapping, Sequence

from documents.document import Document, DocumentId
from documents.stage import WORKABLE, Stage
from documents.type_codes import type_code
from feeders.acknowledgement import Answer, became, sentence_of
from pipelines.arrived import Names
from pipelines.services import Services
from storage.ledger.following import Handed
from storage.ledger.interface import Listing
from web.api.models import Documents, DocumentState, FileState, Nature, Totals

_UNSETTLED = WORKABLE | {Stage.DEAD}
_UNREAD = frozenset({Stage.RECEIVED, Stage.INSPECTED})


def describe(document: Document, read: Mapping[DocumentId, int], *, readable: bool) -> DocumentState:
    """Return how far a document has got.

    Args:
        document: The document.
        read: How many pages have been read, of documents whose pages are read by several hands.
        readable: Whether the visitor may know what it is.
    """
    return DocumentState(
        id=document.id,
        stage=document.stage,
        answer=became(document.stage),
        reason=document.reason if readable or document.stage is Stage.REFUSED else None,
        sentence=sentence_of(document.reason),
        size=document.size,
        pages=document.pages,
        pages_read=_pages_read(document, read),
        partial=document.partial,
        received_at=document.received_at,
        changed_at=document.changed_at,
        parent=document.parent,
        first_page=document.first_page,
        last_page=document.last_page,
        supersedes=document.supersedes if readable else None,
        superseded_by=document.superseded_by if readable else None,
        nature=_nature(document) if readable else None,
    )


def describe_all(documents: Sequence[Document], services: Services, *, readable: bool) -> list[DocumentState]:
    """Return how far each document has got."""
    read = _read_so_far(documents, services)
    return [describe(document, read, readable=readable) for document in documents]


def page_of(listing: Listing, services: Services, *, readable: bool) -> Documents:
    """Return a page of documents, and where the next one goes on."""
    found = services.ledger.list(listing)
    states = describe_all(found, services, readable=readable)
    return Documents(documents=states, next=found[-1].id if len(found) == listing.limit else None)


def files_of(files: Sequence[Handed], names: Names, services: Services, *, readable: bool) -> list[FileState]:
    """Return what became of each file of a submission."""
    read = _read_so_far([one for file in files for one in (file.document, *file.pieces)], services)
    return [
        FileState(
            file_name=names.name_of(file, services),
            duplicate=file.arrival.duplicate,
            document=describe(file.document, read, readable=readable),
            pieces=[describe(piece, read, readable=readable) for piece in file.pieces],
        )
        for file in files
    ]


def totals_of(handed: Iterable[Handed]) -> Totals:
    """Return how many files became what; a stack is as far as its least advanced piece."""
    ends = [[end.stage for end in file.pieces or (file.document,)] for file in handed]
    answers = [_least(stages) for stages in ends]
    return Totals(
        files=len(answers),
        accepted=answers.count(Answer.ACCEPTED),
        stored=answers.count(Answer.STORED),
        review=answers.count(Answer.REVIEW),
        refused=answers.count(Answer.REFUSED),
        settled=not any(stage in _UNSETTLED for stages in ends for stage in stages),
    )


def _least(stages: Iterable[Stage]) -> Answer:
    """Return what a file became: of a stack, what its least settled piece did."""
    order = (Answer.ACCEPTED, Answer.REVIEW, Answer.REFUSED, Answer.STORED, Answer.ERASED)
    return min((became(stage) for stage in stages), key=order.index)


def _read_so_far(documents: Iterable[Document], services: Services) -> Mapping[DocumentId, int]:
    """Ask once how far those have got whose pages are being read."""
    return services.ledger.pages_read(document.id for document in documents if document.stage in _UNREAD)


def _pages_read(document: Document, read: Mapping[DocumentId, int]) -> int:
    if document.stage in _UNREAD:
        return read.get(document.id, 0)
    return document.pages or 0


def _nature(document: Document) -> Nature:
    return Nature(
        type_code=document.type_code,
        type_label=type_code(document.type_code).label_fr if document.type_code else None,
        theme=document.theme,
        confidence=document.confidence,
    )
