"""Delaying: what failed by itself is left alone for a while, so that it holds up nothing but itself."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

#: For how many scans it is left alone.
SCANS: Final = 60


@dataclass(slots=True, kw_only=True)
class Delays:
    """What failed lately in one inbox. Forgotten with the process: its successor tries everything once."""

    #: Scans that each is still to be left alone for. Keys may hold names.
    _left: dict[Hashable, int] = field(default_factory=dict, repr=False)

    def begin_scan(self) -> None:
        """Count a scan."""
        self._left = {what: left - 1 for what, left in self._left.items() if left > 1}

    def delay(self, what: Hashable) -> None:
        """Leave something alone from now on, for `SCANS` scans."""
        self._left[what] = SCANS

    def holds(self, what: Hashable) -> bool:
        """Tell whether something is to be left alone now."""
        return what in self._left
