"""Queries for signs of life. See `storage.ledger.vitals.Vitals`."""

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, case, func, literal, null, select, union_all

from documents.lane import Lane
from documents.stage import Stage
from storage.ledger import schema
from storage.ledger.instant import Instant
from storage.ledger.schema import documents, pulses, work
from storage.ledger.transaction import Transaction
from storage.ledger.vitals import Backlog, Pulse, Vitals, WorkState

#: After so long a silence a process is forgotten.
FORGOTTEN: Final = timedelta(days=1)

_NOW: Final = bindparam("now", type_=Instant())
_STATE: Final = case(
    (work.c.sleeping, literal(WorkState.PARTS.value)),
    (work.c.lease_owner.is_not(None), literal(WorkState.HELD.value)),
    (work.c.due_at > _NOW, literal(WorkState.RETRY.value)),
    (work.c.sent_at.is_(None), literal(WorkState.UNSENT.value)),
    else_=literal(WorkState.SENT.value),
).label("state")
_AT_WORK: Final = (
    select(
        documents.c.stage,
        documents.c.lane,
        _STATE,
        func.count().label("number"),
        func.min(documents.c.changed_at, type_=Instant()).label("unmoved_since"),
        func.min(work.c.due_at, type_=Instant()).label("due_since"),
    )
    .join_from(work, documents, documents.c.id == work.c.document)
    .group_by(documents.c.stage, documents.c.lane, _STATE)
)
_AT_REST: Final = (
    select(
        documents.c.stage,
        documents.c.lane,
        literal(WorkState.PERSON.value),
        func.count(),
        func.min(documents.c.changed_at, type_=Instant()),
        null(),
    )
    .where(documents.c.stage.in_([Stage.REVIEW.value, Stage.DEAD.value]))
    .group_by(documents.c.stage, documents.c.lane)
)
_BACKLOG: Final = union_all(_AT_WORK, _AT_REST)
_FORGET: Final = pulses.delete().where(pulses.c.at < bindparam("before", type_=Instant()))
_BEAT: Final = (
    pulses.update()
    .where(pulses.c.owner == bindparam("who"))
    .values(at=bindparam("moment", type_=Instant()), waits_for=bindparam("service"))
)


class SqlVitals(Vitals):
    """The part of the ledger in SQL that tells of life."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction that only reads."""

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Transaction]:
        """Begin a transaction that writes."""

    def backlog(self) -> Sequence[Backlog]:
        """Return what waits, by stage, lane and what it waits for."""
        with self._reading() as transaction:
            return _backlog(transaction)

    def beat(self, kind: str, owner: str, waits_for: str | None = None) -> None:
        """Note that a process lives."""
        with self._writing() as transaction:
            _beat(transaction, kind, owner, waits_for)

    def pulses(self) -> Sequence[Pulse]:
        """Return the last sign of life of every process."""
        with self._reading() as transaction:
            return _last(transaction)


def _backlog(transaction: Transaction) -> list[Backlog]:
    """Return what waits. See `Vitals.backlog`."""
    return [
        Backlog(
            stage=Stage(row.stage),
            lane=Lane(row.lane),
            state=WorkState(row.state),
            count=row.number,
            unmoved_since=row.unmoved_since,
            due_since=row.due_since,
        )
        for row in transaction.run(_BACKLOG, now=transaction.now)
    ]


def _beat(transaction: Transaction, kind: str, owner: str, waits_for: str | None) -> None:
    """Note that a process lives. See `Vitals.beat`."""
    if transaction.run(_BEAT, who=owner, moment=transaction.now, service=waits_for).rowcount == 0:
        transaction.run(_FORGET, before=transaction.now - FORGOTTEN)
        row = {"owner": owner, "kind": kind, "at": transaction.now, "waits_for": waits_for}
        transaction.insert_new(schema.pulses, [row])


def _last(transaction: Transaction) -> list[Pulse]:
    """Return the last sign of life of every process. See `Vitals.pulses`."""
    found = transaction.run(select(pulses).order_by(pulses.c.kind, pulses.c.owner))
    return [Pulse(kind=row.kind, owner=row.owner, at=row.at, waits_for=row.waits_for) for row in found]
