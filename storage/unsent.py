"""Unsent: envelopes that one piece of work has sealed and not put yet, so that they are put side by side."""

from dataclasses import dataclass, field
from functools import partial
from typing import Final

from storage.objects.interface import Objects
from storage.together import together

#: How many are put side by side: as many connections as a process keeps.
_AT_ONCE: Final = 8


class Overtaken(Exception):
    """Something rests already under the name of what was to be put: an earlier run's result, which stands."""


@dataclass(slots=True)
class Unsent:
    """Holds envelopes until they are sent."""

    _held: dict[str, bytes] = field(default_factory=dict, repr=False)

    def hold(self, name: str, envelope: bytes) -> None:
        """Hold an envelope for its name."""
        self._held[name] = envelope

    def send(self, objects: Objects) -> None:
        """Put what is held, side by side. It is let go only when all of it rests.

        Raises:
            Overtaken: Something else rests under one of the names; the others rest now.
            ObjectsUnavailable: The store failed; some may rest.
        """
        puts = [partial(objects.put, name, envelope) for name, envelope in self._held.items()]
        stored = [one for start in range(0, len(puts), _AT_ONCE) for one in together(*puts[start : start + _AT_ONCE])]
        if not all(stored):
            raise Overtaken
        self._held.clear()
