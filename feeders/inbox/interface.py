"""What an inbox promises. Every back end passes `tests/contracts/inboxes.py`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from documents.arrival import Arrival
from documents.feeder import Feeder
from feeders.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A file that is ready to be taken. Nobody owns it yet."""

    #: Where it is, as its inbox understands it.
    place: tuple[str, ...] = field(repr=False)
    #: Its name at the feeder, below its batch's folder.
    file_name: str = field(repr=False)
    #: Size when it was seen, in bytes.
    size: int
    #: When it came to its place, as far as the file system knows. Aware, in UTC.
    since: datetime


class Claimed(Protocol):
    """A file that this process owns, with its bytes in memory. Whatever happens to the process, it is not lost."""

    @property
    def arrival(self) -> Arrival:
        """What was handed over."""
        ...

    @property
    def sha256(self) -> str:
        """SHA-256 of the content, hex."""
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """What the feeder should know about this file although it was taken, e.g. that its manifest says otherwise."""
        ...

    def acknowledge(self, found: Sequence[Problem] = ()) -> None:
        """Remove the feeder's copy. Called only once the document, or all that it held, is *received*. Twice is safe.

        Args:
            found: What else its feeder should know, e.g. that an archive held a file that could not be taken.

        Raises:
            InboxUnavailable: It could not be removed; it is found again after a restart and is then a duplicate.
        """
        ...

    def give_back(self) -> None:
        """Let it wait again, for this or another process. Twice is safe.

        Raises:
            InboxUnavailable: It could not be moved; it is found again after a restart.
        """
        ...


class FinishedBatch(Protocol):
    """A batch of which nothing is left to take."""

    @property
    def batch(self) -> str:
        """Its id."""
        ...

    @property
    def name(self) -> str:
        """Name of its folder, as the feeder gave it. Never logged."""
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """What could not be taken of it, what was wrong with what was, and what its manifest got wrong."""
        ...

    @property
    def answered(self) -> bool:
        """Whether `note_answered` was called for it, by any process."""
        ...

    def note_answered(self) -> None:
        """Remember, for every watcher and across restarts, that its feeder was told it is received. Twice is safe.

        Raises:
            InboxUnavailable: It could not be noted; the answer is written again.
        """
        ...

    def dismiss(self) -> None:
        """Remove its folder and manifest. Called once it is answered; until then it is shown again. Twice is safe."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxState:
    """How an inbox is doing, for gauges and alerts."""

    #: Files that are waiting, ready or not.
    depth: int
    #: Their bytes.
    size: int
    #: Files claimed by a living process and not acknowledged yet.
    claimed: int
    #: How long the oldest one has waited. None when nothing waits.
    oldest: timedelta | None


class Inbox(Protocol):
    """One feeder's inbox. A full rescan is the truth; anything quicker is only a hint.

    Safe to watch from many processes at once: a file is claimed by one of them. Files that a dead process had claimed
    are waiting again. An instance is used by one thread at a time. Failures of the world raise
    `documents.errors.InboxUnavailable`; foreign errors never pass.
    """

    @property
    def feeder(self) -> Feeder:
        """Whose inbox it is."""
        ...

    def scan(self) -> Iterator[Waiting]:
        """Yield the files that are ready, longest waiting first. A file is ready only on a later scan than its first.

        What can never be taken (a link, a fifo) is yielded too: claiming it says why.
        """
        ...

    def claim(self, waiting: Waiting) -> Claimed | Problem | None:
        """Take a file.

        Returns:
            The file; or why it will never be taken (it has been set aside, unread, and is not shown again); or None
            when it is not to be had now: gone, somebody else's, changed meanwhile, or claiming is vetoed.
        """
        ...

    def finished(self) -> Iterator[FinishedBatch]:
        """Yield the batches of which every file has been acknowledged and that have been quiet since.

        Files that stand alone and came without a pause between them are a batch too.
        """
        ...

    def state(self) -> InboxState:
        """Return the gauges."""
        ...

    def check(self) -> str:
        """Prove with a probe file that files can be written, renamed and removed here; say what kind of place it is.

        Raises:
            InboxUnavailable: It cannot be reached or written.
        """
        ...

    def close(self) -> None:
        """Stop watching. What is claimed and not acknowledged is waiting again. Twice is safe."""
        ...
