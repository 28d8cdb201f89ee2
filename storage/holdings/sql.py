"""The register of holdings in SQL, in the ledger's database: one row a name, taken by one statement."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.holdings.interface import Holdings
from storage.holdings.schema import holdings as table
from storage.ledger.register import Register

#: How long what has lapsed is remembered, for nobody but whoever looks into the database.
_REMEMBERED: Final = timedelta(days=1)


class SqlHoldings(Register, Holdings):
    """See `Holdings` for what each method promises."""

    def take(self, name: str, holder: str, lasting: timedelta) -> bool:
        """Hold a name, or go on holding it: one statement, so that of two takers the database lets one be first."""
        dialect = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        with self._writing() as transaction:
            row = {"name": name, "holder": holder, "until": transaction.now + lasting}
            inserting = dialect.insert(table).values(row)
            taking = inserting.on_conflict_do_update(
                index_elements=[table.c.name],
                set_={"holder": holder, "until": transaction.now + lasting},
                where=or_(table.c.until <= transaction.now, table.c.holder == holder),
            )
            return transaction.run(taking.returning(table.c.name)).first() is not None

    def renew(self, holder: str, lasting: timedelta) -> None:
        """Go on holding everything that a holder still holds; forget what lapsed long ago."""
        with self._writing() as transaction:
            now = transaction.now
            mine = update(table).where(table.c.holder == holder, table.c.until > now)
            transaction.run(mine.values(until=now + lasting))
            transaction.run(delete(table).where(table.c.until <= now - _REMEMBERED))

    def give_back(self, name: str, holder: str) -> None:
        """Hold a name no more."""
        with self._writing() as transaction:
            transaction.run(delete(table).where(table.c.name == name, table.c.holder == holder))

    def held_until(self, name: str) -> datetime | None:
        """Return until when somebody holds a name."""
        with self._reading() as transaction:
            lasting = select(table.c.until).where(table.c.name == name, table.c.until > transaction.now)
            found: datetime | None = transaction.run(lasting).scalar_one_or_none()
            return found

    def held(self, beginning: str) -> Mapping[str, str]:
        """Return the holders of all names that begin like this and are held now."""
        now_held = select(table.c.name, table.c.holder).where(table.c.name.startswith(beginning, autoescape=True))
        with self._reading() as transaction:
            found = transaction.run(now_held.where(table.c.until > transaction.now))
            return {row.name: row.holder for row in found}
