"""How the files of past nights come to an end in the ledger, in SQL: see `storage.nights.clearing` for the promises."""

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sqlalchemy import and_, delete, exists, or_, select, update

from documents.document import Document, DocumentId
from documents.errors import LeaseLost
from documents.event import Event
from documents.lane import Lane
from documents.night import NightStage
from documents.night_refusals import NightUnclaimed
from documents.stage import Stage
from storage.ledger import progress, schema
from storage.ledger.schema import documents as table
from storage.ledger.transaction import Transaction
from storage.nights.clearing import Clearing, PastFile
from storage.nights.schema import night_files, nights

_OVER = (NightStage.APPLIED.value, NightStage.REFUSED.value)
_THROUGH = (Stage.MERGED.value, Stage.REFUSED.value)


class SqlClearing(Clearing):
    """The part of `storage.ledger.sql.SqlLedger` that clears."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Transaction]: ...

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Transaction]: ...

    def past_files(self, insurer: str, before: datetime, limit: int) -> Sequence[PastFile]:
        """Return an insurer's files that are past."""
        came, rests = schema.arrivals, schema.objects
        lately = exists().where(came.c.document == table.c.id, came.c.at > before)
        resting = exists().where(rests.c.document == table.c.id)
        settled = and_(table.c.stage.in_(_THROUGH), table.c.changed_at <= before, ~lately)
        past = or_(settled, and_(table.c.stage == Stage.ERASED.value, resting))
        of_night = (night_files.c.insurer == nights.c.insurer) & (night_files.c.number == nights.c.number)
        over = and_(nights.c.insurer == insurer, nights.c.stage.in_(_OVER), nights.c.changed_at <= before)
        named = (
            select(night_files.c.document, nights.c.document.label("manifest"))
            .join(nights, of_night)
            .join(table, table.c.id == night_files.c.document)
            .where(over, past)
        )
        own = (table.c.feeder == insurer, table.c.lane == Lane.NIGHTLY.value)
        unnamed = and_(table.c.stage == Stage.REFUSED.value, table.c.reason == NightUnclaimed.code, settled)
        # Documents that Verso made for patients have pages.
        begun = and_(table.c.stage == Stage.ERASED.value, table.c.pages.is_(None), resting)
        claimed = exists().where(night_files.c.document == table.c.id)
        nobody_s = select(table.c.id).where(*own, or_(unnamed, begun), ~claimed)
        with self._reading() as transaction:
            found = [
                PastFile(document=DocumentId(row.document), manifest=DocumentId(row.manifest))
                for row in transaction.run(named.limit(limit))
            ]
            alone = transaction.run(nobody_s.limit(limit - len(found))).scalars()
            return [*found, *(PastFile(document=DocumentId(document), manifest=None) for document in alone)]

    def forget_objects(self, document: DocumentId) -> None:
        """Forget what rested of an erased document."""
        is_erased = exists().where(table.c.id == document, table.c.stage == Stage.ERASED.value)
        with self._writing() as transaction:
            transaction.run(delete(schema.objects).where(schema.objects.c.document == document, is_erased))

    def readmit(self, before: Document, after: Document, event: Event, sealed_name: bytes) -> bool:
        """Record that the bytes of an erased file came again."""
        try:
            with self._writing() as transaction:
                _readmit(transaction, before, after, event, sealed_name)
        except LeaseLost:
            return False
        return True


def _readmit(transaction: Transaction, before: Document, after: Document, event: Event, sealed_name: bytes) -> None:
    if after.batch is not None:
        batch = {"feeder": after.feeder, "id": after.batch, "opened_at": transaction.now}
        transaction.insert_new(schema.batches, [batch])
    came = schema.arrivals
    transaction.run(update(came).where(came.c.document == before.id).values(sealed_name=b""))
    transaction.run(delete(schema.objects).where(schema.objects.c.document == before.id))
    progress.renew(transaction, before, after, event)
    arrival = {
        "feeder": after.feeder,
        "batch": after.batch,
        "document": after.id,
        "at": transaction.now,
        "duplicate": False,
        "sealed_name": sealed_name,
    }
    transaction.insert(came, arrival)
