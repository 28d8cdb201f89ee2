"""A transaction on the ledger: a session, and the one moment at which everything in it happens."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, CursorResult, Engine, Executable, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.exc import SQLAlchemyError

from storage.audit.scribe import Scribes
from storage.ledger.prepared import Prepared, Row
from storage.ledger.session.interface import Purpose, Reply, Session, told
from storage.ledger.session.postgresql import PostgresqlSession
from storage.ledger.session.sqlite import SqliteSession

_SESSIONS: Final[Mapping[str, type[Session]]] = {"postgresql": PostgresqlSession, "sqlite": SqliteSession}


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """What every change is made in: it commits as a whole or leaves nothing."""

    session: Session
    #: Read once, when the transaction begins.
    now: datetime
    #: Whoever writes the events of this transaction.
    scribes: Scribes

    @property
    def database(self) -> str:
        """The kind of database, as SQLAlchemy calls it."""
        return self.session.database

    @property
    def connection(self) -> Connection:
        """SQLAlchemy's connection, for what is built as it is asked."""
        return self.session.connection

    def run(self, statement: Executable, **values: object) -> CursorResult[Any]:
        """Run a statement with values for its parameters."""
        return self.connection.execute(statement, values)

    def first(self, statement: Executable, **values: object) -> RowMapping | None:
        """Return the first row that a query finds."""
        return self.connection.execute(statement, values).mappings().first()

    def rows(self, statement: Prepared, **values: object) -> Sequence[Row]:
        """Return the rows that a prepared statement finds or, where it changes some, tells of."""
        return self.ask(statement, **values).rows

    def row(self, statement: Prepared, **values: object) -> Row | None:
        """Return the first of those rows."""
        return next(iter(self.rows(statement, **values)), None)

    def ask(self, statement: Prepared, **values: object) -> Reply:
        """Run a prepared query; the reply tells what it finds, to whoever looks at it."""
        return self.session.send(statement, values)

    def change(self, statement: Prepared, **values: object) -> Reply:
        """Run a prepared statement that changes rows; the reply counts them, for whoever looks at it."""
        return self.session.send(statement, values)

    def require(self, statement: Prepared, otherwise: Exception, /, **values: object) -> None:
        """Run a prepared statement that is to change a row; where it changes none, all fails with this error."""
        self.session.require(statement, values, otherwise)

    def insert(self, table: Table, *rows: Mapping[str, object]) -> None:
        """Insert rows of the same columns, in their order."""
        self.session.send(_insert(table), *rows)

    def insert_new(self, table: Table, rows: Sequence[Mapping[str, object]]) -> Reply:
        """Insert those rows whose key is not there yet; the reply counts how many were not."""
        return self.session.send(_insert_new(table, self.database), *rows) if rows else Reply(session=self.session)


@contextmanager
def session(engine: Engine, purpose: Purpose) -> Iterator[Session]:
    """Give a session that is committed at the end, unless something is raised.

    Raises:
        SQLAlchemyError: The database failed, whatever the way; nothing of it lasts, unless that is not known.
    """
    try:
        pooled = engine.raw_connection()
    except engine.dialect.loaded_dbapi.Error as error:
        raise told(engine, error) from error
    opened = _SESSIONS[engine.dialect.name](engine, pooled, purpose)
    try:
        yield opened
        opened.commit()
    except BaseException:
        # A database that does not answer to this keeps nothing of it either.
        with suppress(SQLAlchemyError):
            opened.rollback()
        raise
    finally:
        opened.close()


def inserting_new(table: Table, database: str) -> Insert | sqlite.Insert:
    """Return a statement that inserts rows whose key is not there yet."""
    inserting = postgresql.insert(table) if database == "postgresql" else sqlite.insert(table)
    return inserting.on_conflict_do_nothing().inline()


@cache
def _insert(table: Table) -> Prepared:
    """Return a statement that inserts rows, and does not ask for the numbers that they were given."""
    return Prepared(table.insert().inline())


@cache
def _insert_new(table: Table, database: str) -> Prepared:
    return Prepared(inserting_new(table, database))
