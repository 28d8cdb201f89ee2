"""Sessions on SQLite: a call of a library in this process; each statement is run at once."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import Engine, PoolProxiedConnection

from storage.ledger.prepared import Prepared
from storage.ledger.session.interface import Purpose, Reply, Session

#: A writer that begins as a reader can find the way barred when it wants to write, whatever its patience.
_BEGIN: Final = {Purpose.WRITING: "BEGIN IMMEDIATE", Purpose.READING: "BEGIN"}


class SqliteSession(Session):
    """See `Session` for what each method promises."""

    def __init__(self, engine: Engine, pooled: PoolProxiedConnection, purpose: Purpose) -> None:
        """Take a connection of an engine's pool, on which no transaction is open."""
        super().__init__(engine, pooled, purpose)
        self._driver = cast("sqlite3.Connection", pooled.dbapi_connection)

    def begin(self) -> None:
        """Begin at once."""
        if self._purpose in _BEGIN and not self._driver.in_transaction:
            self._run(_BEGIN[self._purpose], [()])

    def send(self, statement: Prepared, *rows: Mapping[str, Any]) -> Reply:
        """Run a statement at once."""
        self.begin()
        spelling = statement.spelled(self.database, rows[0])
        cursor = self._run(spelling.text, [spelling.parameters(row) for row in rows])
        if cursor.description is None:
            return Reply(session=self, _count=cursor.rowcount)
        found = spelling.rows(cursor.fetchall(), lambda: [code for _, code, *_ in cursor.description])
        return Reply(session=self, _rows=found, _count=cursor.rowcount)

    def require(self, statement: Prepared, values: Mapping[str, Any], otherwise: Exception) -> None:
        """Run a statement at once."""
        if self.send(statement, values).count != 1:
            raise otherwise

    def settle(self) -> None:
        """Wait for nothing: all is answered."""

    def commit(self) -> None:
        """Make all of it last."""
        try:
            self._driver.commit()
        except sqlite3.Error as error:
            raise self._told(error) from error

    def rollback(self) -> None:
        """Leave nothing of it."""
        try:
            self._driver.rollback()
        except sqlite3.Error as error:
            raise self._told(error) from error

    def _run(self, text: str, rows: Sequence[Sequence[Any]]) -> sqlite3.Cursor:
        try:
            return self._driver.execute(text, rows[0]) if len(rows) == 1 else self._driver.executemany(text, rows)
        except sqlite3.Error as error:
            raise self._told(error) from error
