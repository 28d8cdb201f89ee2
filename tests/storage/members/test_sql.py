"""The register of members in SQL, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from storage.members.sql import SqlMembers
from tests.contracts.ledger_making import Clock
from tests.contracts.members import MembersContract, Reopen


class TestSqlMembers(MembersContract):
    """On each database in turn."""

    @pytest.fixture
    def reopen(self, url: str, clock: Clock) -> Iterator[Reopen]:
        """Make one more instance over the same database."""
        with ExitStack() as stack:

            def opened() -> SqlMembers:
                register = SqlMembers.opened(url, clock)
                stack.callback(register.close)
                return register

            yield opened
