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

    def test_what_the_caller_does_to_its_buffer_later_changes_nothing(self) -> None:
        """An object is immutable even when it was put from something that is not."""
        store, body = MemoryObjects(), bytearray(b"as it was")
        store.put("a", body)
        body[:] = b"otherwise"
        assert store.get("a") == b"as it was"
