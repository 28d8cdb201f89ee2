"""The ledger on SQLite, in a file and in memory."""

from collections.abc import Callable

import pytest

from storage.ledger.interface import Ledger
from tests.contracts.ledger import LedgerContract
from tests.contracts.ledger_making import Reopen


class TestLedgerInAFile(LedgerContract):
    """SQLite with its log in a file."""

    @pytest.fixture
    def reopen(self, ledger_on_sqlite: str, opener: Callable[[str], Ledger]) -> Reopen:
        """Make one more instance over the same file."""
        return lambda: opener(ledger_on_sqlite)


class TestLedgerInMemory(LedgerContract):
    """SQLite in memory: it ends with its one instance, which all share."""

    @pytest.fixture
    def reopen(self, opener: Callable[[str], Ledger]) -> Reopen:
        """Give the one instance again."""
        only = opener("sqlite://")
        return lambda: only
