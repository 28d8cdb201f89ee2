"""How the ledger writes a moment: whole microseconds since 1970 in UTC, which every database compares rightly."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware moment as a 64-bit integer: SQLite has no type for one, PostgreSQL's depends on a session's zone."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the number that stands for a moment.

        Raises:
            TypeError: The moment is naive: it could mean any of 24 hours.
        """
        del dialect
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Return the moment for which a number stands."""
        del dialect
        return None if value is None else _EPOCH + value * _MICROSECOND
