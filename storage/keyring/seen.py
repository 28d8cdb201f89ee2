"""What was seen of generations, which never change: where a listing shows the same ones, none is read again."""

from collections import OrderedDict
from threading import Lock
from typing import Final, Generic, TypeVar

#: How many generations are remembered.
_MOST: Final = 1024

_Told = TypeVar("_Told")


class Seen(Generic[_Told]):
    """Remembers what generations tell, by their names; never a key. Safe to use from many threads."""

    def __init__(self) -> None:
        """Begin without having seen any."""
        self._told: OrderedDict[str, _Told] = OrderedDict()
        self._lock = Lock()

    def note(self, name: str, told: _Told) -> None:
        """Remember what a generation tells, forgetting the oldest when there are too many."""
        with self._lock:
            self._told[name] = told
            while len(self._told) > _MOST:
                self._told.popitem(last=False)

    def tells(self, name: str, told: _Told) -> bool:
        """Tell whether a generation was seen to tell just this."""
        with self._lock:
            return name in self._told and self._told[name] == told

    def told(self, name: str) -> _Told | None:
        """Return what a generation tells; None where it was not seen."""
        with self._lock:
            return self._told.get(name)
