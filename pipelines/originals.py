"""The bytes that steps read: the original as received, or, where a password protected it, its unlocked copy."""

from documents.document import Document
from documents.role import Role
from pipelines.services import Services


def readable(document: Document, services: Services) -> bytes:
    """Return a document's bytes in the form that can be read."""
    sealed = document.object(Role.UNLOCKED) or document.required(Role.ORIGINAL)
    return services.archive.open(document.id, sealed)
