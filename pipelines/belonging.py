"""Belonging: what is filed goes under the number of its patient that stands now, its key with that patient's."""

from collections.abc import Callable

from documents.document import Document
from pipelines.entrusting import entrusted
from pipelines.renaming import forwarded
from pipelines.services import Services


def belonging(step: Callable[[Document, Services], Document]) -> Callable[[Document, Services], Document]:
    """Return a step before which a document is forwarded and entrusted: see `forwarded` and `entrusted`.

    One piece of work makes sure of that once. Nothing is missed: whoever lets another number stand for a patient's
    (`pipelines.correcting.merge_patients`) or erases a record makes a new version of each document that the ledger has
    there, under that number or a former one, and what the work goes on to write of the former version is refused.
    """
    sure = forwarded(entrusted(step))

    def belong_and(document: Document, services: Services) -> Document:
        known = services.belongs
        if known is not None and document.patient is not None and known.get(document.id) == document.patient:
            return step(document, services)
        after = sure(document, services)
        if known is not None and after.patient is not None:
            known[after.id] = after.patient
        return after

    return belong_and
