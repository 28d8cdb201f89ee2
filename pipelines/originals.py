"""The bytes that steps read: the original as received, or, where a password protected it, its unlocked copy."""

from collections.abc import Iterator

from documents.document import Document
from documents.role import Role
from pipelines.services import Services


def readable(document: Document, services: Services) -> bytes:
    """Return a document's bytes in the form that can be read."""
    sealed = document.object(Role.UNLOCKED) or document.required(Role.ORIGINAL)
    return services.archive.open(document.id, sealed)


def streamed(document: Document, services: Services) -> Iterator[bytes]:
    """Yield an original in pieces, as received; memory stays flat."""
    return services.archive.stream(document.id, document.required(Role.ORIGINAL))
