"""The inbox that cannot be reached yet, such as a mount that is out: opened once it can be, and no other waits."""

from collections.abc import Callable, Iterator

from documents.feeder import Feeder
from feeders.inbox.interface import Claimed, FinishedBatch, Inbox, InboxState, Waiting
from feeders.problem import Problem


class LateInbox:
    """Stands for another inbox, and tries to open it each time that something is asked of it until that succeeds."""

    def __init__(self, feeder: Feeder, opening: Callable[[], Inbox]) -> None:
        """Open nothing yet.

        Args:
            feeder: Whose it is.
            opening: Opens it; raises `InboxUnavailable` while it cannot be reached.
        """
        self._feeder = feeder
        self._opening = opening
        self._inbox: Inbox | None = None

    @property
    def feeder(self) -> Feeder:
        """Whose inbox it is."""
        return self._feeder

    def scan(self) -> Iterator[Waiting]:
        """Yield the files that are ready."""
        return self._opened().scan()

    def claim(self, waiting: Waiting) -> Claimed | Problem | None:
        """Take a file."""
        return self._opened().claim(waiting)

    def finished(self) -> Iterator[FinishedBatch]:
        """Yield the batches that are finished."""
        return self._opened().finished()

    def state(self) -> InboxState:
        """Return the gauges."""
        return self._opened().state()

    def check(self) -> str:
        """Prove that files can be written, renamed and removed."""
        return self._opened().check()

    def close(self) -> None:
        """Stop watching."""
        if self._inbox is not None:
            self._inbox.close()

    def _opened(self) -> Inbox:
        if self._inbox is None:
            self._inbox = self._opening()
        return self._inbox
