"""The register of insurers' nights in SQL, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from storage.nights.sql import SqlNights
from tests.contracts.ledger_making import Clock
from tests.contracts.nights import NightsContract, Reopen


class TestSqlNights(NightsContract):
    """On each database in turn."""

    @pytest.fixture
    def reopen(self, url: str, clock: Clock) -> Iterator[Reopen]:
        """Make one more instance over the same database."""
        with ExitStack() as stack:

            def opened() -> SqlNights:
                register = SqlNights.opened(url, clock)
                stack.callback(register.close)
                return register

            yield opened
