"""The register of holdings in memory."""

import pytest

from storage.holdings.memory import MemoryHoldings
from tests.contracts.holdings import HoldingsContract, Reopen
from tests.contracts.ledger_making import Clock


class TestMemoryHoldings(HoldingsContract):
    """It keeps the contract."""

    @pytest.fixture
    def reopen(self, clock: Clock) -> Reopen:
        """Give the one that there is."""
        register = MemoryHoldings(clock)
        return lambda: register
