"""The register of holdings in memory: for tests, and for whoever works alone."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta


class MemoryHoldings:
    """Keeps them in a dictionary: see `storage.holdings.interface.Holdings`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Start empty.

        Args:
            now: Tells the time, aware and in UTC.
        """
        self._now = now
        self._lock = threading.Lock()
        self._held: dict[str, tuple[str, datetime]] = {}

    def take(self, name: str, holder: str, lasting: timedelta) -> bool:
        """Hold a name, or go on holding it."""
        with self._lock:
            other, until = self._held.get(name, (holder, self._now()))
            if other != holder and until > self._now():
                return False
            self._held[name] = (holder, self._now() + lasting)
            return True

    def renew(self, holder: str, lasting: timedelta) -> None:
        """Go on holding everything that a holder still holds."""
        with self._lock:
            now = self._now()
            mine = [name for name, (other, until) in self._held.items() if other == holder and until > now]
            self._held.update(dict.fromkeys(mine, (holder, now + lasting)))

    def give_back(self, name: str, holder: str) -> None:
        """Hold a name no more."""
        with self._lock:
            if self._held.get(name, ("", None))[0] == holder:
                del self._held[name]

    def held_until(self, name: str) -> datetime | None:
        """Return until when somebody holds a name."""
        with self._lock:
            _, until = self._held.get(name, ("", self._now()))
            return until if until > self._now() else None

    def held(self, beginning: str) -> Mapping[str, str]:
        """Return the holders of all names that begin like this and are held now."""
        with self._lock:
            now = self._now()
            return {
                name: holder
                for name, (holder, until) in self._held.items()
                if name.startswith(beginning) and until > now
            }
