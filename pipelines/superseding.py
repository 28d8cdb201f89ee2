"""Superseding: a document that replaces one that is filed stands in the record for it; the former stays as history."""

from collections.abc import Iterator

from documents.document import Document, DocumentId
from pipelines.declaring import declaration_of
from pipelines.services import Services


def superseded(document: Document, services: Services) -> DocumentId | None:
    """Return the document that one is meant to stand for: what it replaces, by its producer's word, and is known here.

    A producer replaces its own documents alone: what another feeder handed over is left as it is, and so is what nobody
    here knows. Whether both are in the same record, now or once either is corrected, is for the ledger to see
    (`storage.ledger.filing`).
    Of several that it replaces the first one counts: a clinical document replaces one.
    """
    for replaced in declaration_of(document, services).replaces:
        owner = services.ledger.owner(services.archive.unique_name(replaced))
        if owner not in {None, document.id} and services.ledger.document(owner).feeder == document.feeder:
            return owner
    # What was said when it was made, for a document of Verso's own making: its names are given to nobody.
    return document.supersedes


def editions(document: Document, services: Services) -> Iterator[Document]:
    """Yield the editions of a document of which one is given, the one that stands in the record first."""
    newest = document
    while newest.superseded_by is not None:
        newest = services.ledger.document(newest.superseded_by)
    edition: Document | None = newest
    while edition is not None:
        yield edition
        former = services.ledger.document(edition.supersedes) if edition.supersedes else None
        edition = former if former and former.superseded_by else None
