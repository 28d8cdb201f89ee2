"""What a register of unfinished uploads promises. Every back end passes `tests/contracts/uploads.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType, Protocol

from documents.document import SealedObject

#: 32 lower-case hex characters, drawn by lot.
UploadId = NewType("UploadId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of which some bytes have come in."""

    id: UploadId
    #: Who hands it over.
    feeder: str
    #: The submission that it belongs to.
    submission: str
    #: Bytes that are to come in all.
    length: int
    #: Bytes that have come in, and rest sealed.
    offset: int = 0
    #: What the feeder says about it, sealed.
    sealed_declaration: bytes = field(repr=False)
    #: The envelopes of what has come in, in their order.
    parts: tuple[SealedObject, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether all of it has come in."""
        return self.offset == self.length


class Uploads(Protocol):
    """The register of unfinished uploads.

    Every method is one transaction: durable on return, or not done at all. Safe from many processes at once.
    Failures of the database raise `documents.errors.LedgerUnavailable`.
    """

    def begin(self, upload: Upload) -> None:
        """Record an upload of which nothing has come in yet."""
        ...

    def upload(self, upload_id: UploadId, feeder: str) -> Upload:
        """Return a feeder's upload.

        Raises:
            UnknownUpload: There is none, it is finished, or it is another feeder's.
        """
        ...

    def advance(self, before: Upload, part: SealedObject, length: int) -> Upload:
        """Record that so many more bytes rest sealed.

        Raises:
            UnknownUpload: It is finished, or was given up.
            WrongOffset: Others have come in meanwhile.
        """
        ...

    def end(self, upload_id: UploadId) -> None:
        """Forget an upload that is finished or given up. Twice is safe."""
        ...

    def stale(self, before: datetime, limit: int) -> Sequence[Upload]:
        """Return uploads that nothing has come in for since a moment, oldest first."""
        ...
