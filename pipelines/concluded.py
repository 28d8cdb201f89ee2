"""What was concluded of a document: the verdicts as they rest sealed, or fresh ones where none was reached yet."""

from documents.classification import Classification
from documents.document import Document
from documents.identification import Identification
from documents.role import Role
from pipelines.classify.serialising import from_json as type_from_json
from pipelines.classify.step import classification_of
from pipelines.identify.serialising import from_json as identity_from_json
from pipelines.identify.step import identification_of
from pipelines.services import Services


def concluded_identity(document: Document, services: Services) -> Identification:
    """Return the verdict that sent a document to review as it rests sealed; where none was reached yet, a fresh one."""
    sealed = document.concluded(Role.IDENTITY)
    if sealed is None:
        return identification_of(document, services)
    return services.archive.parsed(document.id, sealed, identity_from_json)


def concluded_type(document: Document, services: Services) -> Classification:
    """Return the guesses at a document's type as they rest sealed; where there are none yet, fresh ones."""
    sealed = document.concluded(Role.CLASSIFICATION)
    if sealed is None:
        return classification_of(document, services)
    return services.archive.parsed(document.id, sealed, type_from_json)
