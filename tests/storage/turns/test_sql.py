"""The register of turns in SQL, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from storage.turns.sql import SqlTurns
from tests.contracts.ledger_making import Clock
from tests.contracts.turns import Reopen, TurnsContract


class TestSqlTurns(TurnsContract):
    """On each database in turn."""

    @pytest.fixture
    def reopen(self, url: str, clock: Clock) -> Iterator[Reopen]:
        """Make one more instance over the same database."""
        with ExitStack() as stack:

            def opened() -> SqlTurns:
                register = SqlTurns.opened(url, clock)
                stack.callback(register.close)
                return register

            yield opened
