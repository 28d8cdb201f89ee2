"""A register beside the ledger, in its database: what one has that only looks things up and notes them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Self

from sqlalchemy import Engine

from storage.audit.scribe import Scribes
from storage.ledger import database
from storage.ledger.session.interface import Purpose
from storage.ledger.transaction import Transaction, session


class Register:
    """Gives transactions to a register's methods. Writes no event: who enrols or uploads records it in the ledger."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        """Make the register on an engine from `storage.ledger.database`."""
        self._engine = engine
        self._now = now

    @classmethod
    def opened(cls, url: str, now: Callable[[], datetime]) -> Self:
        """Return the register in the ledger's database, which `storage.ledger.migration.migrate` has prepared.

        Args:
            url: Where the database is, as for `storage.ledger.sql.open_ledger`.
            now: Tells the time, aware and in UTC.

        Raises:
            LedgerUnavailable: The database's file cannot be made.
        """
        return cls(database.open_engine(url), now)

    def close(self) -> None:
        """Close what connections are idle."""
        self._engine.dispose()

    def _reading(self) -> AbstractContextManager[Transaction]:
        return self._transaction(Purpose.READING)

    def _writing(self) -> AbstractContextManager[Transaction]:
        return self._transaction(Purpose.WRITING)

    @contextmanager
    def _transaction(self, purpose: Purpose) -> Iterator[Transaction]:
        with database.translated(), session(self._engine, purpose) as opened:
            yield Transaction(session=opened, now=self._now(), scribes=Scribes(None))
