"""The inbox that lives in memory."""

import pytest

from feeders.inbox.memory import MemoryInbox, MemoryPlace
from feeders.inbox.rules import Rules
from tests.contracts.inboxes import HOSPITAL, InboxContract


class MemorySite:
    """A place in memory, and its watchers."""

    def __init__(self) -> None:
        """Make the place."""
        self._place = MemoryPlace()

    def watch(self, rules: Rules | None = None, *, vetoed: bool = False) -> MemoryInbox:
        """Open one more watcher."""
        return MemoryInbox(self._place, HOSPITAL, rules, may_claim=lambda: not vetoed)

    def drop(self, name: str, content: bytes, folder: str | None = None) -> None:
        """Drop a file."""
        self._place.drop(name, content, folder)

    def wait(self) -> None:
        """Nothing in memory needs time."""


class TestMemoryInbox(InboxContract):
    """It keeps the contract."""

    @pytest.fixture
    def site(self) -> MemorySite:
        """Give a place in memory."""
        return MemorySite()
