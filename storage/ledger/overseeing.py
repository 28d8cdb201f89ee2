"""How the ledger answers an operator, in SQL: see `storage.ledger.oversight` for what is promised."""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, bindparam, func, literal, not_, select

from documents.document import DocumentId
from documents.lane import Lane
from documents.stage import Stage
from storage.ledger import leases, queueing, schema
from storage.ledger.instant import Instant
from storage.ledger.oversight import Attempt, Oversight
from storage.ledger.transaction import Transaction

_WORK: Final = schema.work
_WAITING: Final = (
    select(_WORK.c.waits_for, func.count().label("number"))
    .where(_WORK.c.waits_for.is_not(None))
    .group_by(_WORK.c.waits_for)
)
_UNHEARD: Final = (
    select(literal(1))
    .where(
        _WORK.c.lane.in_(bindparam("lanes", expanding=True)),
        and_(_WORK.c.sent_at.is_not(None), not_(_WORK.c.sleeping)),
        _WORK.c.due_at <= bindparam("now", type_=Instant()),
        _WORK.c.sent_at <= bindparam("late", type_=Instant()),
    )
    .limit(1)
)
_TRIED: Final = (
    select(schema.attempts)
    .where(schema.attempts.c.document == bindparam("key"))
    .order_by(schema.attempts.c.at, schema.attempts.c.part, schema.attempts.c.fence)
)
_DEAD: Final = select(func.min(schema.documents.c.changed_at)).where(schema.documents.c.stage == Stage.DEAD.value)


class SqlOversight(Oversight):
    """The part of the ledger in SQL that changes nothing."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction that only reads."""

    def tried(self, document_id: DocumentId) -> Sequence[Attempt]:
        """Return the failed attempts at a document, oldest first."""
        with self._reading() as transaction:
            found = transaction.run(_TRIED, key=document_id).mappings().all()
        return [
            Attempt(
                part=None if row["part"] == schema.OWN_WORK else row["part"],
                stage=Stage(row["stage"]),
                at=row["at"],
                code=row["code"],
                owner=row["owner"],
                release=row["release"],
            )
            for row in found
        ]

    def waiting(self) -> Mapping[str, int]:
        """Return how much work waits for each service that is out."""
        with self._reading() as transaction:
            return {row.waits_for: row.number for row in transaction.run(_WAITING)}

    def dead_since(self) -> datetime | None:
        """Return when the document died that has been dead for longest."""
        with self._reading() as transaction:
            oldest: datetime | None = transaction.run(_DEAD).scalar()
        return oldest

    def unsent_since(self, lane: Lane, feeder: str) -> datetime | None:
        """Return since when a feeder's oldest work in a lane waits to be sent."""
        with self._reading() as transaction:
            return queueing.unsent_since(transaction, lane, feeder)

    def unheard(self, after: timedelta, lanes: Collection[Lane] = tuple(Lane)) -> bool:
        """Tell whether a message left some time ago and nobody came for its work."""
        names = [lane.value for lane in lanes]
        with self._reading() as transaction:
            found = transaction.first(_UNHEARD, now=transaction.now, late=transaction.now - after, lanes=names)
        return found is not None

    def next_retry(self) -> datetime | None:
        """Return when the next piece of waiting work comes due."""
        with self._reading() as transaction:
            return leases.next_retry(transaction)
