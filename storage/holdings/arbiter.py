"""The arbiter: who may write a name where the store itself lets the last writer win, decided by the holdings."""

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from documents.errors import ObjectsUnavailable
from storage.holdings.interface import Holdings

#: How long one waits for another writer of the same name.
_PATIENCE: Final = timedelta(seconds=30)
#: Seconds between two looks.
_PAUSE: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingArbiter:
    """Gives a name to one writer at a time: see `storage.objects.arbiter.Arbiter`."""

    holdings: Holdings
    #: For how long a request that was sent may still reach the store: until then a writer that failed or died keeps
    #: what it held.
    lasting: timedelta
    patience: timedelta = _PATIENCE
    #: Seconds that never go back.
    clock: Callable[[], float] = time.monotonic

    @contextmanager
    def holding(self, name: str) -> Iterator[None]:
        """Hold a name for the length of a block."""
        short, holder = hashlib.sha256(name.encode()).hexdigest(), secrets.token_hex(8)
        begun = self._take(short, holder)
        yield
        if self.clock() - begun >= self.lasting.total_seconds():
            # Somebody else may have written since: what rests is found by asking again.
            raise ObjectsUnavailable("held-too-long")
        self.holdings.give_back(short, holder)

    def _take(self, name: str, holder: str) -> float:
        deadline = self.clock() + self.patience.total_seconds()
        while True:
            # Read before it is asked for: it lasts from then on at least.
            begun = self.clock()
            if self.holdings.take(name, holder, self.lasting):
                return begun
            if begun >= deadline:
                raise ObjectsUnavailable("held")
            time.sleep(_PAUSE)
