"""How passes over everything stored are remembered: each step is a compare-and-set on how far the pass had got."""

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager

from sqlalchemy import RowMapping, select, update

from documents.document import Document
from storage.ledger import rows
from storage.ledger.schema import documents, faults, passes
from storage.ledger.transaction import Transaction
from storage.scrubbing.fault import Fault, FaultCode
from storage.scrubbing.interface import Pass, ScrubLog, Starter

_FACTS = ("number", "started_at", "finished_at", "cursor", "objects", "size", "erased")


class SqlScrubLog(ScrubLog):
    """The part of `storage.ledger.sql.SqlLedger` that remembers passes."""

    @abstractmethod
    def _reading(self) -> AbstractContextManager[Transaction]: ...

    @abstractmethod
    def _writing(self) -> AbstractContextManager[Transaction]: ...

    def walk(self, after: str, limit: int) -> Sequence[Document]:
        """Return documents by ascending id."""
        with self._reading() as transaction:
            return _walk(transaction, after, limit)

    def begin_pass(self, starter: Starter) -> Pass:
        """Record that a pass over everything stored begins."""
        with self._writing() as transaction:
            return _begin_pass(transaction, starter)

    def last_pass(self, starter: Starter | None = None, *, finished: bool | None = None) -> Pass | None:
        """Return the newest pass."""
        with self._reading() as transaction:
            return _last_pass(transaction, starter, finished)

    def advance_pass(self, before: Pass, after: Pass, faults: Sequence[Fault]) -> bool:
        """Record how far a pass got, unless another process got further."""
        with self._writing() as transaction:
            return _advance_pass(transaction, before, after, faults)

    def faults(self, number: int) -> Sequence[Fault]:
        """Return what a pass found."""
        with self._reading() as transaction:
            return _faults_of(transaction, number)

    def forget_faults(self, number: int, faults: Sequence[Fault]) -> None:
        """Take back what was no fault."""
        with self._writing() as transaction:
            _forget_faults(transaction, number, faults)


def _walk(transaction: Transaction, after: str, limit: int) -> list[Document]:
    """Return documents by ascending id. See `ScrubLog.walk`."""
    query = select(documents).where(documents.c.id > after).order_by(documents.c.id).limit(limit)
    return rows.documents_from(transaction, transaction.run(query).mappings().all())


def _begin_pass(transaction: Transaction, starter: Starter) -> Pass:
    """Record that a pass begins. See `ScrubLog.begin_pass`."""
    row = {"starter": starter.value, "started_at": transaction.now, "cursor": "", "objects": 0, "size": 0, "erased": 0}
    key = transaction.connection.execute(passes.insert(), row).inserted_primary_key
    return Pass(number=key[0] if key else 0, starter=starter, started_at=transaction.now)


def _last_pass(transaction: Transaction, starter: Starter | None, finished: bool | None) -> Pass | None:  # noqa: FBT001
    """Return the newest pass. See `ScrubLog.last_pass`."""
    query = select(passes).order_by(passes.c.number.desc())
    if starter is not None:
        query = query.where(passes.c.starter == starter.value)
    if finished is not None:
        query = query.where(passes.c.finished_at.is_not(None) if finished else passes.c.finished_at.is_(None))
    row = transaction.first(query.limit(1))
    return _pass_from(row) if row else None


def _advance_pass(transaction: Transaction, before: Pass, after: Pass, found: Sequence[Fault]) -> bool:
    """Record how far a pass got. See `ScrubLog.advance_pass`."""
    unmoved = (
        passes.c.number == before.number,
        passes.c.cursor == before.cursor,
        passes.c.objects == before.objects,
        passes.c.finished_at.is_(None),
    )
    changed = {name: getattr(after, name) for name in ("finished_at", "cursor", "objects", "size", "erased")}
    if transaction.run(update(passes).where(*unmoved).values(**changed)).rowcount == 0:
        return False
    for fault in found:
        transaction.insert(faults, {"pass": before.number, "code": fault.code.value, "name": fault.name})
    return True


def _faults_of(transaction: Transaction, number: int) -> list[Fault]:
    """Return what a pass found. See `ScrubLog.faults`."""
    query = select(faults).where(faults.c["pass"] == number).order_by(faults.c.id)
    return [Fault(code=FaultCode(row["code"]), name=row["name"]) for row in transaction.run(query).mappings()]


def _forget_faults(transaction: Transaction, number: int, found: Sequence[Fault]) -> None:
    """Take back what was no fault. See `ScrubLog.forget_faults`."""
    for fault in found:
        transaction.run(
            faults.delete().where(
                faults.c["pass"] == number, faults.c.code == fault.code.value, faults.c.name == fault.name
            )
        )


def _pass_from(row: RowMapping) -> Pass:
    return Pass(starter=Starter(row["starter"]), **{name: row[name] for name in _FACTS})
