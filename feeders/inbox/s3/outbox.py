"""Answers as objects below a prefix, for a feeder whose inbox is in a bucket."""

from dataclasses import dataclass

from feeders.acknowledgement import Answerable
from feeders.inbox.s3.drawer import Drawer


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketOutbox:
    """Puts answers where their feeder collects them: see `feeders.outbox.Outbox`."""

    drawer: Drawer

    def write(self, acknowledgement: Answerable) -> None:
        """Put an answer, as JSON and CSV; each appears whole."""
        # The CSV comes last: who waits for either finds both.
        self.drawer.put(f"{acknowledgement.stem}.json", acknowledgement.to_json())
        self.drawer.put(f"{acknowledgement.stem}.csv", acknowledgement.to_csv())

    def lying(self, batch: str) -> list[str]:
        """Return the names of a batch's answers that were not collected yet."""
        return sorted(item.name for item in self.drawer.items(f"{batch}-"))
