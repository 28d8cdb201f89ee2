"""The register of holdings in SQL, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from storage.holdings.schema import holdings as table
from storage.holdings.sql import SqlHoldings
from tests.contracts.holdings import A_MINUTE, HoldingsContract, Reopen
from tests.contracts.ledger_making import Clock


class TestSqlHoldings(HoldingsContract):
    """On each database in turn."""

    @pytest.fixture
    def reopen(self, url: str, clock: Clock) -> Iterator[Reopen]:
        """Make one more instance over the same database."""
        with ExitStack() as stack:

            def opened() -> SqlHoldings:
                register = SqlHoldings.opened(url, clock)
                stack.callback(register.close)
                return register

            yield opened


def test_what_lapsed_long_ago_leaves_no_row(ledger_on_sqlite: str) -> None:
    """A year of dead holders does not fill the database."""
    clock = Clock()
    register = SqlHoldings.opened(ledger_on_sqlite, clock)
    register.take("a", "dead", A_MINUTE)
    clock.advance(timedelta(days=2))
    register.renew("me", A_MINUTE)
    with register._engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
    register.close()
