"""The ledger on PostgreSQL."""

from collections.abc import Callable

import pytest

from storage.ledger.interface import Ledger
from tests.contracts.ledger import LedgerContract
from tests.contracts.ledger_making import Reopen


class TestLedgerOnPostgresql(LedgerContract):
    """PostgreSQL through psycopg 3."""

    @pytest.fixture
    def reopen(self, ledger_on_postgresql: str, opener: Callable[[str], Ledger]) -> Reopen:
        """Make one more instance over the same database."""
        return lambda: opener(ledger_on_postgresql)
