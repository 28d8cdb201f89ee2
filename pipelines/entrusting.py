"""Entrusting: once its patient is proven, a document's key is wrapped by that patient's key and no more by a master."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from documents.document import Document, PatientRef
from documents.errors import Erased
from documents.stage import Stage
from pipelines.services import Services

#: The patient's record was erased: a person says whether a new one may begin.
PATIENT_ERASED: Final = "patient-erased"


def entrusted(step: Callable[[Document, Services], Document]) -> Callable[[Document, Services], Document]:
    """Return a step that first hands a document's key to its patient's, which the ledger knows by then.

    Where that patient's record was erased, the document waits for a person instead, under a master's key and in
    nobody's record.
    """

    def entrust_and(document: Document, services: Services) -> Document:
        if document.patient is not None and not _takes(document, document.patient, services):
            return replace(document, stage=Stage.REVIEW, patient=None, reason=PATIENT_ERASED)
        return step(document, services)

    return entrust_and


def _takes(document: Document, patient: PatientRef, services: Services) -> bool:
    """Hand a document's key to a patient's; return whether there is one to take it.

    Raises:
        Erased: It is the document itself that was erased.
    """
    try:
        services.archive.entrust(document.id, patient)
    except Erased:
        services.archive.entrust(document.id, None)
        return False
    return True
