"""A directory under test, with a clock that is turned by hand."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from feeders.inbox.directory import DirectoryInbox
from feeders.inbox.rules import Rules
from tests.contracts.inboxes import HOSPITAL


class DirectorySite:
    """A directory as a feeder sees it, and the watchers that it does not see."""

    def __init__(self, path: Path) -> None:
        """Make the directory."""
        self.path = path
        path.mkdir()
        self.now = 0.0
        self._watchers: list[DirectoryInbox] = []

    def watch(self, rules: Rules | None = None, *, vetoed: bool = False) -> DirectoryInbox:
        """Open one more watcher."""
        inbox = DirectoryInbox(self.path, HOSPITAL, rules, may_claim=lambda: not vetoed, clock=lambda: self.now)
        self._watchers.append(inbox)
        return inbox

    def drop(self, name: str, content: bytes, folder: str | None = None) -> None:
        """Drop a whole file."""
        place = self.path if folder is None else self.path / folder
        place.mkdir(exist_ok=True)
        (place / name).write_bytes(content)

    def visible(self) -> list[str]:
        """Return the names that a feeder sees."""
        return sorted(path.name for path in self.path.iterdir() if not path.name.startswith("."))

    def settle(self) -> None:
        """Let just enough time pass for a file to have settled."""
        self.now += Rules().settle.total_seconds()

    def wait(self) -> None:
        """Let more time pass than any rule asks for."""
        self.now += (Rules().patience + timedelta(seconds=1)).total_seconds()

    def close(self) -> None:
        """Close every watcher."""
        for inbox in self._watchers:
            inbox.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[DirectorySite]:
    """Give a directory."""
    made = DirectorySite(tmp_path / "inbox")
    yield made
    made.close()
