"""The rules of one inbox: when a file is ready to be taken, and what is too much."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

#: Ending of the marker that stands beside a finished file.
MARKER: Final = ".done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When and what to take."""

    #: How long size and time of a file must stay the same before it is looked at.
    settle: timedelta = timedelta(seconds=10)
    #: How long an unchanged file may lack its end, its marker or its manifest before it is taken all the same:
    #: nothing lies in an inbox for ever.
    patience: timedelta = timedelta(minutes=10)
    #: Whether a file ``a.pdf`` is ready when ``a.pdf.done`` stands beside it, and not before.
    marked: bool = False
    #: Whether a batch waits for its manifest to begin. When not, a manifest that is there still counts.
    needs_manifest: bool = False
    #: Largest file taken, in bytes.
    largest: int = 256 * 2**20
    #: Largest manifest read, in bytes.
    largest_manifest: int = 64 * 2**20

    def ready(self, still: timedelta, manifest: timedelta | None, *, batched: bool) -> bool | None:
        """Tell by time alone whether a file may be taken; None when it is for its marker and its end to say.

        Args:
            still: How long it has not changed.
            manifest: How long its batch's manifest has not changed; None when there is none.
            batched: Whether it is part of a batch.
        """
        # A manifest that is still growing is waited for as long as it grows.
        if still < self.settle or (manifest is not None and manifest < self.settle):
            return False
        if still >= self.patience:
            return True
        return False if batched and manifest is None and self.needs_manifest else None
