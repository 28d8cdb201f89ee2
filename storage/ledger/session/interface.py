"""A session: a connection of the pool while one transaction is made on it, statement by statement."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from sqlalchemy import Connection, Engine, PoolProxiedConnection
from sqlalchemy.exc import DBAPIError

from storage.ledger.prepared import Prepared, Row


class Purpose(Enum):
    """What a session is for, by which its transaction begins."""

    #: To change rows.
    WRITING = auto()
    #: To read with several queries that see the same moment.
    READING = auto()
    #: For statements each of which is a transaction by itself: to begin and end one would be two more.
    ALONE = auto()


class Session(ABC):
    """A connection within a transaction, used by one thread. Errors of the driver are told as SQLAlchemy's."""

    def __init__(self, engine: Engine, pooled: PoolProxiedConnection, purpose: Purpose) -> None:
        """Take a connection of an engine's pool, on which no transaction is open."""
        self._engine = engine
        self._pooled = pooled
        self._purpose = purpose
        self._core: Connection | None = None

    @property
    def database(self) -> str:
        """The kind of database, as SQLAlchemy calls it."""
        return self._engine.dialect.name

    @property
    def connection(self) -> Connection:
        """SQLAlchemy's connection in this transaction, for statements that are built as they are asked.

        Raises:
            SQLAlchemyError: A statement that was sent before has failed.
        """
        self.begin()
        self.settle()
        if self._core is None:
            self._core = self._as_core()
        return self._core

    @abstractmethod
    def begin(self) -> None:
        """Let the transaction begin, unless it has begun or each statement is one."""
        ...

    @abstractmethod
    def send(self, statement: Prepared, *rows: Mapping[str, Any]) -> "Reply":
        """Let a statement be run for each of these rows, which are at least one and of the same columns.

        Statements are run in their order. What is sent may wait to be run until somebody looks at the reply to it or
        to a later one, or until the transaction is committed; if it fails, that is when it is told.
        """
        ...

    @abstractmethod
    def require(self, statement: Prepared, values: Mapping[str, Any], otherwise: Exception) -> None:
        """Let a statement be run that is to change one row, and return none; where it changes none, it fails.

        Nobody need wait for how many it changed: what is sent after it is done only if it did change one.

        Args:
            statement: The statement.
            values: Values for its parameters.
            otherwise: What is raised where it changes none, when a statement's failure would be told.
        """
        ...

    @abstractmethod
    def settle(self) -> None:
        """Wait until all that was sent is answered.

        Raises:
            SQLAlchemyError: A statement failed: the first one that did.
        """
        ...

    @abstractmethod
    def commit(self) -> None:
        """Make all of it last.

        Raises:
            SQLAlchemyError: A statement failed, or it is not known whether the transaction lasts.
        """
        ...

    @abstractmethod
    def rollback(self) -> None:
        """Leave nothing of it.

        Raises:
            SQLAlchemyError: The database does not answer, which leaves nothing of it either.
        """
        ...

    def close(self) -> None:
        """Give the connection back to the pool, unless it was cut."""
        if self._pooled.is_valid:
            (self._core or self._pooled).close()

    def _as_core(self) -> Connection:
        return Connection(self._engine, self._pooled)

    def _told(self, error: Any) -> Exception:
        """Return an error of the driver as SQLAlchemy's, which takes a connection that was cut out of use with it."""
        dialect = self._engine.dialect
        cut = dialect.is_disconnect(error, self._pooled.dbapi_connection, None)
        if cut:
            self._pooled.invalidate(error)
        return told(self._engine, error, cut=cut)


@dataclass(slots=True, kw_only=True, eq=False)
class Reply:
    """What the database says to a statement. Whoever looks at it waits for it; where nobody looks, nobody waits."""

    session: Session
    _rows: Sequence[Row] = ()
    _count: int = 0

    @property
    def rows(self) -> Sequence[Row]:
        """The rows that it found or, where it changed some, told of.

        Raises:
            SQLAlchemyError: It failed, or one before it.
        """
        self.session.settle()
        return self._rows

    @property
    def count(self) -> int:
        """How many rows it changed.

        Raises:
            SQLAlchemyError: As for `rows`.
        """
        self.session.settle()
        return self._count

    def hear(self, rows: Sequence[Row], count: int) -> None:
        """Take what the database says to the statement, each time that it was run."""
        self._rows = [*self._rows, *rows] if self._rows else rows
        self._count += count


def told(engine: Engine, error: Any, *, cut: bool = False) -> Exception:
    """Return an error of an engine's driver as SQLAlchemy tells it, without the values of a statement."""
    base = engine.dialect.loaded_dbapi.Error
    made = DBAPIError.instance(None, None, error, base, True, connection_invalidated=cut)  # noqa: FBT003  hides values
    return made if isinstance(made, DBAPIError) else error
