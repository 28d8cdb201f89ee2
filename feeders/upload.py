"""Uploads: a file comes in piece by piece, each sealed before the next is taken; nothing of it ever rests readable."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final

from documents.document import DocumentId
from documents.errors import TooLarge, WrongOffset
from documents.role import Role
from storage.archive import Archive
from storage.uploads.interface import Upload, UploadId, Uploads

#: Most bytes of one piece: what one request holds in memory.
PIECE: Final = 2**20

#: Purpose under which what is said of an upload is sealed, followed by its id.
_DECLARATION: Final = b"declaration of an upload "

#: Uploads given up at once when they are stale.
_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRoom:
    """Where files come in that are too large for one breath, or whose line may break."""

    archive: Archive
    uploads: Uploads
    #: Largest file accepted, in bytes.
    largest: int
    #: Tells the time, aware and in UTC.
    now: Callable[[], datetime]

    def begin(self, feeder: str, submission: str, length: int, declaration: bytes) -> Upload:
        """Make room for a file.

        Args:
            feeder: Who hands it over.
            submission: What it belongs to.
            length: Its bytes, all in all.
            declaration: What is said of it.

        Raises:
            TooLarge: It exceeds the set limit.
            Interrupted: Keys or ledger failed.
        """
        if length > self.largest:
            raise TooLarge
        upload_id = UploadId(secrets.token_hex(16))
        sealed = self.archive.seal_note(_DECLARATION + upload_id.encode(), declaration)
        upload = Upload(id=upload_id, feeder=feeder, submission=submission, length=length, sealed_declaration=sealed)
        self.uploads.begin(upload)
        return upload

    def find(self, feeder: str, upload_id: str) -> Upload:
        """Return a feeder's upload.

        Raises:
            UnknownUpload: There is none of this id, it is finished, or it is another feeder's.
        """
        return self.uploads.upload(UploadId(upload_id), feeder)

    def take(self, upload: Upload, piece: bytes) -> Upload:
        """Seal the next bytes of a file; on return they are durable and need not be sent again.

        Raises:
            WrongOffset: There would be more of them than were announced, or others came in meanwhile.
            UnknownUpload: It was given up meanwhile.
            Interrupted: Store, keys or ledger failed; ask how far it got and go on from there.
        """
        if upload.offset + len(piece) > upload.length:
            raise WrongOffset(upload.id)
        # A number drawn by lot: of two who send at once, the ledger takes one, and the other's bytes rest apart.
        part = self.archive.keep_apart(_keyed(upload), Role.UPLOAD, piece, revision=len(upload.parts) + 1)
        return self.uploads.advance(upload, part, len(piece))

    def whole(self, upload: Upload) -> bytes:
        """Return the bytes of what has come in, which is the file once its sender says so.

        Raises:
            Tampered: What rests does not authenticate.
            Interrupted: Store or keys failed.
        """
        # Joining them would hold every byte twice.
        whole = BytesIO()
        for part in upload.parts:
            whole.write(self.archive.open(_keyed(upload), part))
        return whole.getvalue()

    def declaration(self, upload: Upload) -> bytes:
        """Return what was said of a file.

        Raises:
            Interrupted: Keys failed.
        """
        return self.archive.open_note(_DECLARATION + upload.id.encode(), upload.sealed_declaration)

    def end(self, upload: Upload) -> None:
        """Forget a file that was received, or given up: its key is destroyed, and what rested of it.

        Raises:
            Interrupted: Store or ledger failed; ending again goes on from there.
        """
        self.archive.discard(_keyed(upload), upload.parts)
        self.uploads.end(upload.id)

    def give_up(self, idle: timedelta) -> int:
        """Forget files of which nothing has come in for so long; return how many."""
        stale = self.uploads.stale(self.now() - idle, _AT_ONCE)
        for upload in stale:
            self.end(upload)
        return len(stale)


def _keyed(upload: Upload) -> DocumentId:
    """Return the id under which an upload's key is kept: as good as a document's, and never one."""
    return DocumentId(upload.id)
