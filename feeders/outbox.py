"""The outbox: where a feeder collects its answers: a folder of this machine, or wherever its inbox is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from feeders.acknowledgement import Answerable, write_acknowledgement


class Outbox(Protocol):
    """One feeder's outbox. What is collected is removed by the feeder, whenever it likes."""

    def write(self, acknowledgement: Answerable) -> None:
        """Put an answer, as JSON and CSV, each appearing whole; writing it again replaces it.

        Raises:
            InboxUnavailable: The outbox cannot be written.
            ValueError: The batch's id cannot be part of a name.
        """
        ...

    def lying(self, batch: str) -> Sequence[str]:
        """Return the names of a batch's answers that were not collected yet.

        Raises:
            InboxUnavailable: The outbox cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOutbox:
    """A folder of answers; made, for its owner alone, when it is not there."""

    path: Path

    def write(self, acknowledgement: Answerable) -> None:
        """Write an answer."""
        write_acknowledgement(self.path, acknowledgement)

    def lying(self, batch: str) -> list[str]:
        """Return the names of a batch's answers that still lie there."""
        return sorted(path.name for path in self.path.glob(f"{batch}-*"))
