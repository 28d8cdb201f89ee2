"""The register of unfinished uploads in SQL, in the ledger's database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import RowMapping, delete, select, update

from documents.document import SealedObject
from documents.errors import UnknownUpload, WrongOffset
from documents.role import Role
from storage.ledger.register import Register
from storage.ledger.transaction import Transaction
from storage.uploads.interface import Upload, UploadId, Uploads
from storage.uploads.schema import upload_parts as parts
from storage.uploads.schema import uploads as table


class SqlUploads(Register, Uploads):
    """See `Uploads` for what each method promises."""

    def begin(self, upload: Upload) -> None:
        """Record an upload."""
        row = {
            "id": upload.id,
            "feeder": upload.feeder,
            "submission": upload.submission,
            "length": upload.length,
            "offset": 0,
            "sealed_declaration": upload.sealed_declaration,
        }
        with self._writing() as transaction:
            transaction.insert(table, row | {"changed_at": transaction.now})

    def upload(self, upload_id: UploadId, feeder: str) -> Upload:
        """Return a feeder's upload."""
        with self._reading() as transaction:
            row = transaction.first(select(table).where(table.c.id == upload_id, table.c.feeder == feeder))
            if row is None:
                raise UnknownUpload(upload_id)
            return _upload_from(transaction, row)

    def advance(self, before: Upload, part: SealedObject, length: int) -> Upload:
        """Record that so many more bytes rest sealed."""
        offset = before.offset + length
        moving = update(table).where(table.c.id == before.id, table.c.offset == before.offset)
        with self._writing() as transaction:
            if transaction.run(moving.values(offset=offset, changed_at=transaction.now)).rowcount != 1:
                there = transaction.first(select(table.c.id).where(table.c.id == before.id))
                raise WrongOffset(before.id) if there else UnknownUpload(before.id)
            row = {"upload": before.id, "number": part.revision, "part": part.part, "size": part.size}
            row["digest"] = part.digest
            transaction.insert(parts, row)
        return replace(before, offset=offset, parts=(*before.parts, part))

    def end(self, upload_id: UploadId) -> None:
        """Forget an upload."""
        with self._writing() as transaction:
            transaction.run(delete(parts).where(parts.c.upload == upload_id))
            transaction.run(delete(table).where(table.c.id == upload_id))

    def stale(self, before: datetime, limit: int) -> Sequence[Upload]:
        """Return uploads that nothing has come in for."""
        old = select(table).where(table.c.changed_at < before).order_by(table.c.changed_at).limit(limit)
        with self._reading() as transaction:
            return [_upload_from(transaction, row) for row in transaction.run(old).mappings().all()]


def _upload_from(transaction: Transaction, row: RowMapping) -> Upload:
    rests = select(parts).where(parts.c.upload == row["id"]).order_by(parts.c.number)
    names = ("feeder", "submission", "length", "offset", "sealed_declaration")
    return Upload(
        id=UploadId(row["id"]),
        parts=tuple(
            SealedObject(role=Role.UPLOAD, part=part.part, revision=part.number, size=part.size, digest=part.digest)
            for part in transaction.run(rests)
        ),
        **{name: row[name] for name in names},
    )
