"""Keys at hand: a few unwrapped keys, in memory alone, for a minute at most, and never printed."""

import os
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Final
from weakref import WeakSet

#: How many unwrapped keys are kept at hand, and for how many seconds.
MOST: Final = 256
SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """An unwrapped key at hand."""

    key: bytes = field(repr=False)
    #: Monotonic time at which it is forgotten.
    until: float


class AtHand:
    """Remembers keys by the names under which they rest, each for a while. Safe to use from many threads."""

    def __init__(self) -> None:
        """Start with nothing at hand."""
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        """Return how many keys are in memory."""
        return len(self._held)

    def recall(self, name: str) -> bytes | None:
        """Return a key that has not run out."""
        with self._lock:
            held = self._held.get(name)
            return held.key if held and held.until > time.monotonic() else None

    def keep(self, name: str, key: bytes) -> bytes:
        """Remember a key for a while, forgetting the oldest when there are too many."""
        with self._lock:
            self._held.pop(name, None)
            self._held[name] = _Held(key=key, until=time.monotonic() + SECONDS)
            while len(self._held) > MOST:
                self._held.popitem(last=False)
        _BROOM.watch(self)
        return key

    def forget(self, name: str) -> None:
        """Forget a key at once."""
        with self._lock:
            self._held.pop(name, None)

    def forget_all(self, start: str) -> None:
        """Forget at once every key whose name starts so."""
        with self._lock:
            for name in [name for name in self._held if name.startswith(start)]:
                del self._held[name]

    def sweep(self) -> None:
        """Forget what has run out. Keys are held in the order in which they do."""
        with self._lock:
            while self._held and next(iter(self._held.values())).until <= time.monotonic():
                self._held.popitem(last=False)


class _Broom:
    """Sweeps what is at hand in this process, so that keys do not outlive their minute where nobody asks for one."""

    def __init__(self, pause: float = 1.0) -> None:
        """Sweep nothing yet."""
        self._pause = pause
        self._hands: WeakSet[AtHand] = WeakSet()
        self._process: int | None = None
        self._lock = Lock()

    def watch(self, hand: AtHand) -> None:
        """See to it that a hand is swept until it is empty: by a thread of this very process, which a fork leaves."""
        with self._lock:
            self._hands.add(hand)
            if self._process != os.getpid():
                self._process = os.getpid()
                Thread(target=self._sweep_all, name="keys-at-hand", daemon=True).start()

    def _sweep_all(self) -> None:
        """Sweep until nothing is left at hand anywhere."""
        while True:
            time.sleep(self._pause)
            with self._lock:
                for hand in list(self._hands):
                    hand.sweep()
                    if not len(hand):
                        self._hands.discard(hand)
                if not self._hands:
                    self._process = None
                    return


_BROOM: Final = _Broom()
