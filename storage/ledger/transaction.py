"""A transaction on the ledger: an open connection, and the one moment at which everything in it happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.audit.scribe import Scribes
from storage.ledger.prepared import Prepared, Row


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

    def rows(self, statement: Prepared, **values: object) -> list[Row]:
        """Return the rows that a prepared statement finds or, where it changes some, tells of."""
        return statement.rows(self.connection, values)

    def row(self, statement: Prepared, **values: object) -> Row | None:
        """Return the first of those rows."""
        return next(iter(self.rows(statement, **values)), None)

    def change(self, statement: Prepared, **values: object) -> int:
        """Run a prepared statement that changes rows, and return how many it did."""
        return statement.change(self.connection, values)

    def insert(self, table: Table, *rows: Mapping[str, object]) -> None:
        """Insert rows of the same columns, in their order."""
        insert(table).change(self.connection, *rows)

    def insert_new(self, table: Table, rows: Sequence[Mapping[str, object]]) -> int:
        """Insert those rows whose key is not there yet, and return how many were."""
        return insert_new(table, self.connection.dialect.name).change(self.connection, *rows) if rows else 0


@cache
def insert(table: Table) -> Prepared:
    """Return a statement that inserts rows, and does not ask for the numbers that they were given."""
    return Prepared(table.insert().inline())


@cache
def insert_new(table: Table, dialect: str) -> Prepared:
    """Return a statement that inserts rows whose key is not there yet."""
    inserting = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return Prepared(inserting.on_conflict_do_nothing().inline())
