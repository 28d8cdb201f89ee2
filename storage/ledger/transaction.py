"""A transaction on the ledger: an open connection, and the one moment at which everything in it happens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """What every change is made in: it commits as a whole or leaves nothing."""

    connection: Connection
    #: Read once, when the transaction begins.
    now: datetime

    def insert_new(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert those rows whose key is not there yet, and return how many were."""
        if not rows:
            return 0
        dialect = postgresql if self.connection.dialect.name == "postgresql" else sqlite
        statement = dialect.insert(table).values(rows).on_conflict_do_nothing()
        return self.connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount
