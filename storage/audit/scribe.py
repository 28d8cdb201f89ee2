"""A scribe: one hand that writes events, numbering them without a gap and proving each with the key of the trail."""

import os
import secrets
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from documents.event import Event
from storage.audit.entry import Entry, mac_of

#: Gives the key of the trail, when the first event is written.
TrailKey = Callable[[], bytes]


class Scribe:
    """Writes events in one thread of one process. What is lost between two of its lines leaves a gap in its numbers."""

    def __init__(self, key: bytes | None) -> None:
        """Begin with a name that nobody had before."""
        self._name = secrets.token_hex(8)
        self._key = key
        self._next = 0

    def write(self, event: Event) -> Entry:
        """Return the entry of an event, under this scribe's next number."""
        entry = Entry(
            at=event.at,
            role=event.actor.role.value,
            actor=event.actor.identity,
            action=event.action.value,
            document=event.document,
            detail=event.detail,
            sealed_ground=event.sealed_ground,
            scribe=self._name,
            line=self._next,
        )
        self._next += 1
        return entry if self._key is None else replace(entry, mac=mac_of(entry.signed, self._key))


class Scribes(threading.local):
    """The scribe of each thread. No child of a fork goes on with its parent's."""

    def __init__(self, key: TrailKey | None) -> None:
        """Begin without any; the key is asked for once an event is to be written."""
        self._key = key
        self._scribe: Scribe | None = None
        self._process = 0

    @property
    def present(self) -> Scribe:
        """This thread's scribe."""
        if self._scribe is None or self._process != os.getpid():
            self._scribe, self._process = Scribe(self._trail_key), os.getpid()
        return self._scribe

    def retire(self) -> None:
        """Let another scribe go on: whether the last lines of the present one came to rest is not known."""
        self._scribe = None

    @cached_property
    def _trail_key(self) -> bytes | None:
        return None if self._key is None else self._key()
