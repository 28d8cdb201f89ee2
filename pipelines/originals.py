"""The bytes that steps read: the original as received, or, where a password protected it, its unlocked copy."""

from collections.abc import Iterator

from documents.document import Document, SealedObject
from documents.role import Role
from pipelines.services import Services


def original_of(document: Document) -> SealedObject:
    """Return the envelope of a document's bytes in the form that can be read."""
    return document.object(Role.UNLOCKED) or document.required(Role.ORIGINAL)


def readable(document: Document, services: Services) -> bytes:
    """Return a document's bytes in the form that can be read."""
    return services.archive.open(document.id, original_of(document))


def streamed(document: Document, services: Services) -> Iterator[bytes]:
    """Yield an original in pieces, as received; memory stays flat."""
    return services.archive.stream(document.id, document.required(Role.ORIGINAL))
