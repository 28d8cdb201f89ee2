"""What arrived: each document of a batch, with the name under which its feeder handed it over."""

from collections.abc import Iterator
from typing import Final

from documents.document import Document
from documents.stage import Stage
from pipelines.receive import FILE_NAME
from pipelines.services import Services
from storage.ledger.following import ArrivalRecord

#: Stands for the name of a file whose document was erased: the name went with it.
NAME_ERASED: Final = "(effacé)"


def arrived(feeder: str, batch: str, services: Services) -> Iterator[tuple[Document, str, bool]]:
    """Yield each document of a batch with the name it came under and whether it was known; a file once.

    A file that was received, but not yet removed when the watcher died, has arrived twice: the first time counts.
    """
    seen = set()
    for arrival in services.ledger.arrivals(feeder, batch):
        document = services.ledger.document(arrival.document)
        name = _name_of(arrival, document, services)
        if (arrival.document, name) not in seen:
            seen.add((arrival.document, name))
            yield document, name, arrival.duplicate


def _name_of(arrival: ArrivalRecord, document: Document, services: Services) -> str:
    if document.stage is Stage.ERASED:
        return NAME_ERASED
    return services.archive.open_note_on(arrival.document, FILE_NAME, arrival.sealed_name).decode()
