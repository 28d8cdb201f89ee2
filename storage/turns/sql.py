"""The register of turns in SQL, in the ledger's database."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update

from storage.ledger.register import Register
from storage.turns.interface import Turn, Turns
from storage.turns.schema import turns as table


class SqlTurns(Register, Turns):
    """See `Turns` for what each method promises."""

    def take(self, turn: Turn, owner: str, lasting: timedelta) -> bool:
        """Take a turn."""
        with self._transaction(self._writer) as transaction:
            until = transaction.now + lasting
            if transaction.insert_new(table, [{"name": turn.value, "owner": owner, "until": until}]):
                return True
            free = or_(table.c.owner == owner, table.c.until <= transaction.now)
            taking = update(table).where(table.c.name == turn.value, free).values(owner=owner, until=until)
            return transaction.run(taking).rowcount == 1

    def leave(self, turn: Turn, owner: str) -> None:
        """Give a turn up."""
        with self._transaction(self._writer) as transaction:
            transaction.run(delete(table).where(table.c.name == turn.value, table.c.owner == owner))

    def held_until(self, turn: Turn) -> datetime | None:
        """Return until when somebody holds a turn."""
        with self._transaction(self._engine) as transaction:
            holding = select(table.c.until).where(table.c.name == turn.value, table.c.until > transaction.now)
            found: datetime | None = transaction.run(holding).scalar_one_or_none()
            return found
