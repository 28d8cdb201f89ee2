"""What a ledger promises of the files of past nights: which may go, and how one that went is taken in again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from documents.document import Document, DocumentId
from documents.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PastFile:
    """A file of a night that is over, or one that no night ever named."""

    document: DocumentId
    #: The manifest of the night that named it last; None where none did.
    manifest: DocumentId | None


class Clearing(Protocol):
    """The part of `storage.ledger.interface.Ledger` by which the files of past nights come to an end.

    What such a file says stands in the histories of many patients: its bytes are destroyed (`Ledger.erase`), its row
    stays, and its claim by its night too. The same bytes may come again, and are then the same document.
    """

    def past_files(self, insurer: str, before: datetime, limit: int) -> Sequence[PastFile]:
        """Return an insurer's files that are past, and those of which somebody was killed in the middle of destroying.

        Args:
            insurer: Whose they are.
            before: Past is what neither came nor changed since, and whose night came to its end by then, if it has one.
            limit: At most this many.
        """
        ...

    def forget_objects(self, document: DocumentId) -> None:
        """Forget what rested of an erased document, now that nothing of it does. Twice is safe."""
        ...

    def readmit(self, before: Document, after: Document, event: Event, sealed_name: bytes) -> bool:
        """Record that the bytes of an erased file came again: as `admit` does with a new one, under the same id.

        What rested of it before is forgotten, with the names under which it came then: nothing opens them any more.

        Args:
            before: The file as it was found, erased.
            after: The same, received, of another revision, holding what rests of it now.
            event: Who handed it over.
            sealed_name: The file's name at the feeder, sealed.

        Returns:
            False when it is not as it was found any more: nothing is changed.
        """
        ...
