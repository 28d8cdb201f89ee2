"""Master keys in memory."""

import pytest

from storage.keys.interface import MasterKeys
from storage.keys.memory import MemoryKeys
from tests.contracts.keys import MasterKeysContract, Reopen


class TestMemoryKeys(MasterKeysContract):
    """They keep the contract."""

    @pytest.fixture
    def reopen(self) -> Reopen:
        """Give one keeper, shared by all within the process."""
        keeper = MemoryKeys()
        return lambda: keeper

    @pytest.fixture
    def stranger(self) -> MasterKeys:
        """Give a keeper of other keys."""
        return MemoryKeys()
