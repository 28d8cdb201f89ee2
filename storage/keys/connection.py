"""A connection to a key service: opened at first use, by each process for itself, and opened anew now and then."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

#: Seconds after which a connection is opened anew: what was set up meanwhile on the other side is seen by then.
LIFETIME: Final = 300.0

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened(Generic[T]):
    """A connection that was opened, by whom and when."""

    what: T = field(repr=False)
    process: int
    #: Monotonic time at which it is given up.
    until: float


class Connection(Generic[T]):
    """Holds what a keeper speaks through.

    A child made by ``fork`` never uses its parent's connection: their questions and answers would mix. Two threads that
    come first at once open two, and one of them is dropped.
    """

    def __init__(self, opener: Callable[[], T], *, lifetime: float = LIFETIME) -> None:
        """Remember how to open. Nothing is opened yet."""
        self._opener = opener
        self._lifetime = lifetime
        self._opened: _Opened[T] | None = None

    def get(self) -> T:
        """Return the connection of this process, opened if there is none or it has run out.

        Raises:
            KeysUnavailable: As the opener does.
        """
        opened = self._opened
        if opened is None or opened.process != os.getpid() or opened.until < time.monotonic():
            what = self._opener()
            opened = _Opened(what=what, process=os.getpid(), until=time.monotonic() + self._lifetime)
            self._opened = opened
        return opened.what

    def drop(self) -> None:
        """Forget the connection: it failed."""
        self._opened = None
