"""The database under the ledger: how one is opened on a URL, and where its errors become ours."""

import os
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import SQLAlchemyError

from documents.errors import LedgerUnavailable
from storage.ledger.pool import AtHandPool, ask_idle_ones

#: Seconds that a writer waits for its turn before it gives up, to be tried again later.
PATIENCE: Final = 30

#: Seconds after which whoever SQLite does not let wait tries again.
_TURNED_AWAY: Final = 0.01

#: Execution option of transactions that are going to write.
WRITES: Final = "verso_writes"

#: A worker that was stopped in the middle of a transaction must not hold its rows for ever: the server ends it.
_POSTGRESQL_LIMITS: Final = f"-c lock_timeout={PATIENCE}s -c idle_in_transaction_session_timeout=60s"


@contextmanager
def translated() -> Iterator[None]:
    """Turn every error of the database into ours; the engine keeps statements' values out of the cause.

    Raises:
        LedgerUnavailable: The database failed, whatever the way.
    """
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        raise LedgerUnavailable(type(error).__name__) from error


def in_memory(url: str) -> bool:
    """Tell whether a URL means a database that lives and dies with its engine."""
    return _is_sqlite(made := make_url(url)) and made.database in {None, "", ":memory:"}


def open_engine(url: str) -> Engine:
    """Return an engine on a URL: ``sqlite:///file``, ``sqlite://`` (in memory) or ``postgresql+psycopg://``.

    Raises:
        LedgerUnavailable: The database's file cannot be made.
    """
    made = make_url(url)
    if in_memory(url):
        # It lives in one connection; threads take turns on it.
        return _sqlite(made, pool_size=1, max_overflow=0)
    if _is_sqlite(made):
        _make_private(Path(str(made.database)))
    engine = _sqlite(made) if _is_sqlite(made) else _postgresql(made)
    _close_before_fork(engine)
    return engine


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _postgresql(url: URL) -> Engine:
    limits = {
        "connect_timeout": 10,
        "tcp_user_timeout": PATIENCE * 1000,
        # Whoever waits for an answer has sent nothing that could go unacknowledged: only probes show a host to be gone.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 4,
        "options": _POSTGRESQL_LIMITS,
    }
    engine = create_engine(url, hide_parameters=True, connect_args=limits, poolclass=AtHandPool)
    ask_idle_ones(engine)
    return engine


def _sqlite(url: URL, **pool: int) -> Engine:
    patience = {"timeout": PATIENCE, "check_same_thread": False}
    engine = create_engine(
        url, paramstyle="named", hide_parameters=True, poolclass=QueuePool, connect_args=patience, **pool
    )
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(path: Path) -> None:
    """Make an empty database that its owner alone may read; SQLite gives its log the same rights.

    A file that exists is not touched: closing it would drop the locks that this process holds on it.
    """
    with translated(), suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _set_up_sqlite(connection: Any, record: object) -> None:
    del record
    # The driver's own idea of when to begin is switched off: `_begin_sqlite` decides.
    connection.isolation_level = None
    _log_beside(connection)
    for setting in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}").close()


def _log_beside(connection: Any) -> None:
    """Keep SQLite's log beside the database. Of several who are the first to, all but one are turned away at once."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_TURNED_AWAY)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    if connection.connection.in_transaction:
        return  # a session has begun
    # A writer that begins as a reader can find the way barred when it wants to write, whatever its patience.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _close_before_fork(engine: Engine) -> None:
    """Let no child inherit a connection: two processes on one would mix their transactions."""
    alive = weakref.ref(engine)

    def close_idle() -> None:
        found = alive()
        if found is not None:
            found.dispose()

    os.register_at_fork(before=close_idle)
