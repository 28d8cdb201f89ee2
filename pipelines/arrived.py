"""What arrived: each document of a batch, with the name under which its feeder handed it over."""

from collections.abc import Iterable, Iterator
from typing import Final

from documents.document import Document
from documents.stage import Stage
from pipelines.receive import FILE_NAME
from pipelines.services import Services
from storage.ledger.following import Handed

#: Stands for the name of a file whose document was erased: the name went with it.
NAME_ERASED: Final = "(effacé)"


def arrived(feeder: str, batch: str, services: Services) -> Iterator[tuple[Document, str, bool]]:
    """Yield each document of a batch with the name it came under and whether it was known; a file once.

    One after the other is looked up: a night's batch has more of them than memory ought to hold.
    """
    names = Names()
    handed = (
        Handed(batch=batch, arrival=arrival, document=services.ledger.document(arrival.document), pieces=())
        for arrival in services.ledger.arrivals(feeder, batch)
    )
    for one in once_each(handed, names, services):
        yield one.document, names.name_of(one, services), one.arrival.duplicate


def once_each(handed: Iterable[Handed], names: "Names", services: Services) -> Iterator[Handed]:
    """Yield each file that was handed over, once.

    A file that was received, but not yet removed when the watcher died, has arrived twice: the first time counts.
    """
    seen = set()
    for one in handed:
        key = (one.document.id, names.name_of(one, services))
        if key not in seen:
            seen.add(key)
            yield one


class Names:
    """The names of the files of a batch, each unsealed once, for as long as somebody looks at it."""

    def __init__(self) -> None:
        """Know none."""
        self._known: dict[bytes, str] = {}

    def name_of(self, handed: Handed, services: Services) -> str:
        """Return the name under which an arrival was handed over.

        Raises:
            Tampered: What rests of it was altered.
            Interrupted: Store or keys failed.
        """
        sealed = handed.arrival.sealed_name
        if handed.document.stage is Stage.ERASED or not sealed:
            return NAME_ERASED
        if sealed not in self._known:
            opened = services.archive.open_note_on(handed.document.id, FILE_NAME, sealed)
            self._known[sealed] = opened.decode()
        return self._known[sealed]
