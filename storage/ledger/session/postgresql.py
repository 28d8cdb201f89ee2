"""Sessions on PostgreSQL: statements wait for each other and go together, and one wait fetches what is said to all.

Each wait costs more than what is waited for: it gives the processor, and what its caches hold, to others. libpq's
pipelines are used as they are; psycopg's own send each statement by itself, which costs what they save.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import count
from typing import Any, Final, cast

import psycopg
from psycopg import errors, generators
from psycopg.abc import PQGen
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from sqlalchemy import Connection, Engine, PoolProxiedConnection
from sqlalchemy.exc import PendingRollbackError

from storage.ledger.pool import AtHandPool
from storage.ledger.prepared import Prepared, Spelling
from storage.ledger.session.interface import Purpose, Reply, Session, told

_BEGIN: Final = {Purpose.WRITING: "BEGIN", Purpose.READING: "BEGIN ISOLATION LEVEL REPEATABLE READ"}
#: A statement that changes rows and fails where it changes none, as nothing else that is sent here does.
_REQUIRED: Final = "WITH changed AS ({} RETURNING 1) SELECT 1 / count(*) FROM changed"
#: Rows that are inserted by one statement at most: each number of rows is a statement of its own, to be prepared.
_ROWS_AT_ONCE: Final = 8
#: What stands around a row in a statement that inserts one, as SQLAlchemy spells it.
_VALUES: Final = " VALUES "
_CONFLICT: Final = " ON CONFLICT "
_PLACE: Final = re.compile(r"\$(\d+)")
_FAILED: Final = frozenset({ExecStatus.FATAL_ERROR, ExecStatus.PIPELINE_ABORTED})
#: Names of prepared statements: no two on any connection are alike, whatever became of the others.
_NUMBERS: Final = count()


class _Known:
    """What is known of a connection for as long as it lasts."""

    def __init__(self, driver: "psycopg.Connection[Any]") -> None:
        """Know nothing but how it tells values."""
        self.loader = Transformer(driver)
        #: Which statements it has prepared, under what names.
        self.names: dict[str, bytes] = {}


@dataclass(slots=True, kw_only=True, eq=False)
class _Said:
    """A statement that is to be sent."""

    text: str
    values: Sequence[bytes | None] = ()
    #: Which of the values are bytes; None where none are.
    binary: Sequence[bool] | None = None
    spelling: Spelling | None = None
    reply: Reply | None = None
    #: What is raised where it changes nothing that it was required to change.
    otherwise: Exception | None = None


class PostgresqlSession(Session):
    """See `Session` for what each method promises."""

    def __init__(self, engine: Engine, pooled: PoolProxiedConnection, purpose: Purpose) -> None:
        """Take a connection of an engine's pool, on which no transaction is open."""
        super().__init__(engine, pooled, purpose)
        self._driver = cast("psycopg.Connection[Any]", pooled.dbapi_connection)
        self._libpq = self._driver.pgconn
        self._known: _Known = pooled.info.get("known") or pooled.info.setdefault("known", _Known(self._driver))
        self._failed = False
        self._begun = purpose not in _BEGIN
        self._waiting: list[_Said] = []

    def begin(self) -> None:
        """Let it begin with the first statement."""
        if not self._begun:
            self._begun = True
            self._waiting.append(_Said(text=_BEGIN[self._purpose]))

    def send(self, statement: Prepared, *rows: Mapping[str, Any]) -> Reply:
        """Let a statement wait for whoever waits for an answer."""
        self.begin()
        spelling = statement.spelled(self.database, rows[0])
        reply = Reply(session=self)
        at_once = _ROWS_AT_ONCE if _VALUES in spelling.text else 1
        for start in range(0, len(rows), at_once):
            some = rows[start : start + at_once]
            values = [value for row in some for value in _dumped(spelling.parameters(row))]
            text = spelling.text if len(some) == 1 else _of_rows(spelling.text, len(spelling.places), len(some))
            binary = [*spelling.binary] * len(some) if spelling.binary else None
            self._waiting.append(_Said(text=text, values=values, binary=binary, spelling=spelling, reply=reply))
        return reply

    def require(self, statement: Prepared, values: Mapping[str, Any], otherwise: Exception) -> None:
        """Let a statement wait that fails by itself where it changes nothing."""
        self.begin()
        spelling = statement.spelled(self.database, values)
        dumped = _dumped(spelling.parameters(values))
        text = _required(spelling.text)
        self._waiting.append(_Said(text=text, values=dumped, binary=spelling.binary, otherwise=otherwise))

    def settle(self) -> None:
        """Send what waits, and wait for what is said to it."""
        if self._failed:
            raise PendingRollbackError
        if not self._waiting:
            return
        said, self._waiting = self._waiting, []
        try:
            failure = self._driver.wait(self._exchange(said))
        except BaseException as error:
            self._failed = True
            # What is still to be answered would be taken for an answer to whoever comes next.
            self._pooled.invalidate(error)
            if isinstance(error, psycopg.Error):
                raise told(self._engine, error, cut=True) from error
            raise
        if failure is not None:
            self._failed = True
            raise self._refused(*failure)

    def commit(self) -> None:
        """Make all of it last."""
        if not self._pooled.is_valid or self._libpq.transaction_status == TransactionStatus.INERROR:
            # The server would answer as if nothing was wrong.
            raise PendingRollbackError
        if self._begun and self._purpose in _BEGIN:
            self._waiting.append(_Said(text="COMMIT"))
        self.settle()

    def rollback(self) -> None:
        """Leave nothing of it."""
        self._waiting.clear()
        self._failed = False
        if self._is_open():
            self._waiting.append(_Said(text="ROLLBACK"))
            self.settle()

    def close(self) -> None:
        """Have the connection at hand for whoever comes next, unless more was done with it than this knows of."""
        pool = self._engine.pool
        clean = self._core is None and self._pooled.is_valid and not self._is_open()
        if clean and isinstance(pool, AtHandPool):
            pool.hand_back(self._pooled)
        else:
            super().close()

    def _refused(self, said: _Said | str, failure: PGresult) -> Exception:
        """Return the error of a statement that failed."""
        error = errors.error_from_result(failure)
        if isinstance(said, _Said) and said.otherwise and isinstance(error, errors.DivisionByZero):
            return said.otherwise
        if isinstance(error, errors.InvalidSqlStatementName):
            # Somebody made the server forget them.
            self._known.names.clear()
        return self._told(error)

    def _is_open(self) -> bool:
        return self._pooled.is_valid and self._libpq.transaction_status != TransactionStatus.IDLE

    def _as_core(self) -> Connection:
        core = super()._as_core()
        return core if self._purpose in _BEGIN else core.execution_options(isolation_level="AUTOCOMMIT")

    def _exchange(self, said: Sequence[_Said]) -> PQGen[tuple[_Said | str, PGresult] | None]:
        """Send statements, take what is said to each; return the first that failed, with the answer that tells so."""
        libpq, names = self._libpq, self._known.names
        libpq.enter_pipeline_mode()
        asked: list[_Said | str] = []
        for each in said:
            if each.text not in names:
                name = names[each.text] = b"verso_%d" % next(_NUMBERS)
                libpq.send_prepare(name, each.text.encode())
                asked.append(each.text)
            libpq.send_query_prepared(names[each.text], each.values, each.binary)
            asked.append(each)
        libpq.pipeline_sync()
        yield from generators.send(libpq)
        failure: tuple[_Said | str, PGresult] | None = None
        for asking in asked:
            (result,) = yield from generators.fetch_many(libpq)
            if result.status in _FAILED:
                failure = failure or (asking, result)
                if isinstance(asking, str):
                    del names[asking]
            elif isinstance(asking, _Said):
                self._hear(asking, result)
        yield from generators.fetch_many(libpq)
        libpq.exit_pipeline_mode()
        return failure

    def _hear(self, said: _Said, result: PGresult) -> None:
        """Tell whoever may look at it what was answered."""
        if said.reply is None or said.spelling is None:
            return
        rows = []
        if result.status == ExecStatus.TUPLES_OK and result.ntuples:
            self._known.loader.set_pgresult(result)
            found = self._known.loader.load_rows(0, result.ntuples, tuple)
            rows = said.spelling.rows(found, lambda: [result.ftype(place) for place in range(result.nfields)])
        said.reply.hear(rows, result.command_tuples or 0)


@cache
def _of_rows(text: str, width: int, count: int) -> str:
    """Return a statement that inserts a row of so many values, as it inserts several."""
    head, _, row_and_tail = text.partition(_VALUES)
    row, conflict, tail = row_and_tail.partition(_CONFLICT)
    rows = [_PLACE.sub(partial(_further, by=number * width), row) for number in range(count)]
    return head + _VALUES + ", ".join(rows) + conflict + tail


def _further(place: re.Match[str], by: int) -> str:
    return f"${int(place[1]) + by}"


@cache
def _required(text: str) -> str:
    """Return a statement that fails where it changes nothing."""
    return _REQUIRED.format(text)


class _Dumps(dict[type, Callable[[Any], bytes | None]]):
    """How values of a kind are told to the server: bytes as they are, all others as words."""

    def __missing__(self, kind: type) -> Callable[[Any], bytes | None]:
        """Return how values of a kind are told that is a special one of those that columns hold.

        Raises:
            TypeError: It is of none.
        """
        for known, dump in tuple(self.items()):
            if issubclass(kind, known):
                self[kind] = dump
                return dump
        raise TypeError(kind.__name__)


_DUMPS: Final = _Dumps(
    {
        str: str.encode,
        bytes: bytes,
        bool: lambda value: b"t" if value else b"f",
        int: lambda value: b"%d" % value,
        float: lambda value: repr(float(value)).encode(),
        type(None): lambda _: None,
    }
)


def _dumped(values: Sequence[Any]) -> list[bytes | None]:
    """Return values as the server reads them.

    Raises:
        TypeError: One is of no kind that any column holds.
    """
    return [_DUMPS[type(value)](value) for value in values]
