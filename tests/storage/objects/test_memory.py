"""Objects in memory."""

import pytest

from storage.objects.memory import MemoryObjects
from tests.contracts.objects import ObjectsContract, Reopen


class TestMemoryObjects(ObjectsContract):
    """They keep the contract."""

    @pytest.fixture
    def reopen(self) -> Reopen:
        """Give one store, shared by all within the process."""
        store = MemoryObjects()
        return lambda: store
