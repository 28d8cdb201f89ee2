"""The register of uploads in SQL, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from storage.uploads.sql import SqlUploads
from tests.contracts.ledger_making import Clock
from tests.contracts.uploads import Reopen, UploadsContract


class TestSqlUploads(UploadsContract):
    """On each database in turn."""

    @pytest.fixture
    def reopen(self, url: str, clock: Clock) -> Iterator[Reopen]:
        """Make one more instance over the same database."""
        with ExitStack() as stack:

            def opened() -> SqlUploads:
                register = SqlUploads.opened(url, clock)
                stack.callback(register.close)
                return register

            yield opened
