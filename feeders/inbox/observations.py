"""Remembers how things looked at earlier scans, hence for how long they have not changed: by our clock, not theirs."""

from collections.abc import Callable, Hashable, Iterable
from datetime import timedelta


class Observations:
    """What has been seen, where, since when. Clocks of feeders and of file servers may be wrong: they do not count."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Start knowing nothing.

        Args:
            clock: Seconds that never go back.
        """
        self._clock = clock
        self._seen: dict[Hashable, tuple[Hashable, float]] = {}

    def quiet(self, place: Hashable, looks: Hashable) -> timedelta:
        """Note how a place looks now and return for how long it has been seen to look so."""
        now = self._clock()
        before = self._seen.get(place)
        if before is None or before[0] != looks:
            self._seen[place] = before = (looks, now)
        return timedelta(seconds=now - before[1])

    def keep_only(self, places: Iterable[Hashable]) -> None:
        """Forget every other place."""
        self._seen = {place: self._seen[place] for place in places if place in self._seen}
