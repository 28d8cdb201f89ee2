"""A transaction on the ledger: an open connection, and the one moment at which everything in it happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, Insert, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.audit.scribe import Scribes


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """What every change is made in: it commits as a whole or leaves nothing."""

    connection: Connection
    #: Read once, when the transaction begins.
    now: datetime
    #: Whoever writes the events of this transaction.
    scribes: Scribes

    def run(self, statement: Executable, **values: object) -> CursorResult[Any]:
        """Run a statement with values for its parameters."""
        return self.connection.execute(statement, values)

    def first(self, statement: Executable, **values: object) -> RowMapping | None:
        """Return the first row that a query finds."""
        return self.connection.execute(statement, values).mappings().first()

    def insert(self, table: Table, *rows: Mapping[str, object]) -> None:
        """Insert rows of the same columns, in their order."""
        self.connection.execute(insert(table), rows if len(rows) > 1 else rows[0])

    def insert_new(self, table: Table, rows: Sequence[Mapping[str, object]]) -> int:
        """Insert those rows whose key is not there yet, and return how many were."""
        if not rows:
            return 0
        return self.connection.execute(insert_new(table, self.connection.dialect.name), rows).rowcount


@cache
def insert(table: Table) -> Insert:
    """Return a statement that inserts rows, and does not ask for the numbers that they were given."""
    return table.insert().inline()


@cache
def insert_new(table: Table, dialect: str) -> Insert:
    """Return a statement that inserts rows whose key is not there yet."""
    inserting = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return inserting.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
