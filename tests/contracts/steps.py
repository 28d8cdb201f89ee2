"""What every step promises: twice is safe, the second time changes nothing, and what it made authenticates."""

from collections.abc import Callable

from documents.document import Document
from pipelines.services import Services

Step = Callable[[Document, Services], Document]


def assert_twice_is_safe(step: Step, document: Document, services: Services) -> Document:
    """Run a step twice from the same document, as when a worker died after sealing and before committing."""
    first = step(document, services)
    second = step(document, services)
    assert second == first
    for sealed in second.objects:
        services.archive.verify(document.id, sealed)
    return first
