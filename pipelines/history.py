"""History: documents as the ledger lists them, newest first, back to a moment or to the beginning."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from documents.document import Document, PatientRef
from documents.stage import Stage
from storage.ledger.interface import Ledger, Listing

_AT_ONCE = 500


def history(
    ledger: Ledger, since: datetime | None = None, stage: Stage | None = None, patient: PatientRef | None = None
) -> Iterator[Document]:
    """Yield the documents received since a moment, newest first, page by page."""
    listing = Listing(stage=stage, patient=patient, limit=_AT_ONCE)
    while page := ledger.list(listing):
        for document in page:
            if since is not None and document.received_at < since:
                return
            yield document
        listing = replace(listing, after=page[-1].id)
