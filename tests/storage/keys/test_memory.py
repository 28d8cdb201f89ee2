"""Master keys in memory."""

import pytest

from storage.keys.interface import MasterKeys
from storage.keys.memory import MemoryKeys
from tests.contracts.keys import MasterKeysContract, Reopen, RetiringContract


class TestMemoryKeys(MasterKeysContract, RetiringContract):
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
