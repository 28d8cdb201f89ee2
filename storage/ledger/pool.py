"""The pool of connections to a server: those that have just answered are at hand, whole, for whoever comes next."""

import math
import time
from collections import deque
from typing import Any, Final

from sqlalchemy import Engine, PoolProxiedConnection, QueuePool, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

#: How many are at hand at most: as many as SQLAlchemy keeps open.
_MOST: Final = 5
#: Seconds for which a connection that has answered is believed to answer again.
_BELIEVED: Final = 1.0
#: What a connection is told by: the monotonic time of its last answer.
_ANSWERED: Final = "answered_at"


class AtHandPool(QueuePool):
    """Lends again, as they are, connections that were handed back clean; SQLAlchemy takes care of all others.

    To be lent and reset by SQLAlchemy costs as much as a short statement.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        """Begin with none at hand. See `QueuePool` for the arguments."""
        super().__init__(*args, **settings)
        self._at_hand: deque[PoolProxiedConnection] = deque()

    def connect(self) -> PoolProxiedConnection:
        """Lend a connection on which no transaction is open. Errors are the driver's own."""
        while (pooled := self._taken()) is not None:
            try:
                self.ask(pooled.dbapi_connection, pooled.info)
            except InvalidatePoolError as error:
                self._give_up(pooled, error)
            else:
                return pooled
        return super().connect()

    def hand_back(self, pooled: PoolProxiedConnection) -> None:
        """Take back a connection that works, and on which no transaction is open."""
        if len(self._at_hand) >= _MOST:
            pooled.close()
            return
        pooled.info[_ANSWERED] = time.monotonic()
        self._at_hand.append(pooled)

    def dispose(self) -> None:
        """Close what is idle."""
        while (pooled := self._taken()) is not None:
            pooled.close()
        super().dispose()

    def ask(self, connection: DBAPIConnection | None, info: dict[Any, Any]) -> None:
        """Ask a connection that was idle whether it lives: what a restarted server has cut costs no one their work.

        One that has just answered is not asked: that would be one more round trip for each transaction.

        Raises:
            InvalidatePoolError: It does not: the others were cut with it.
        """
        if connection is None or time.monotonic() - info.get(_ANSWERED, math.inf) < _BELIEVED:
            return
        try:
            self._dialect.do_ping(connection)  # type: ignore[union-attr]  # an engine gives its own
        except self._dialect.loaded_dbapi.Error as error:  # type: ignore[union-attr]
            raise InvalidatePoolError from error

    def _taken(self) -> PoolProxiedConnection | None:
        try:
            return self._at_hand.pop()
        except IndexError:
            return None

    def _give_up(self, pooled: PoolProxiedConnection | None, error: InvalidatePoolError) -> None:
        while pooled is not None:
            pooled.invalidate(error)
            pooled = self._taken()


def ask_idle_ones(engine: Engine) -> None:
    """Let an engine's pool ask what SQLAlchemy takes out of it too."""

    def rest(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_ANSWERED] = time.monotonic()

    def wake(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        pool = engine.pool
        if isinstance(pool, AtHandPool):
            pool.ask(connection, record.info)

    event.listen(engine, "checkin", rest)
    event.listen(engine, "checkout", wake)
