"""Parting: what of a document many hands can do at once: runs of its pages, or the patients of an insurer's night."""

from collections.abc import Sequence

from documents.document import Document, SealedObject
from documents.work import Part
from pipelines.read.step import open_parts as open_pages
from pipelines.read.step import read_part
from pipelines.reimbursing.announcing import NIGHT
from pipelines.reimbursing.nightly import merge_part
from pipelines.reimbursing.nightly import open_parts as open_patients
from pipelines.services import Services


def open_parts(document: Document, services: Services) -> Sequence[Part]:
    """Return the parts of an inspected document that are still to be done."""
    return open_patients(document, services) if document.media_type == NIGHT else open_pages(document, services)


def do_part(document: Document, part: Part, services: Services) -> tuple[SealedObject, ...]:
    """Do one part. Safe to do twice: the first result stands.

    Raises:
        PagesMissing: The reader left a page out; nothing was sealed.
        Interrupted: Reader, stores, keys or ledger failed.
    """
    return merge_part(document, part, services) if document.media_type == NIGHT else read_part(document, part, services)
