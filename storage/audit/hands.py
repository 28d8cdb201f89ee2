"""The hands in the trail: whether every entry was written by a scribe of Verso's, and none of a scribe's is lacking."""

from collections.abc import Iterator

from storage.audit.entry import Entry
from storage.audit.fault import Fault, FaultCode


class Hands:
    """Reads entries in order, once each. Remembers a number for each scribe that there ever was."""

    def __init__(self, key: bytes | None) -> None:
        """Begin with the first entry; without the key of the trail, forgeries are not looked for."""
        self._key = key
        self._next: dict[str, int] = {}

    def faults(self, entry: Entry, link: int | None) -> Iterator[Fault]:
        """Yield what is wrong with the next entry."""
        place = f"event {entry.id}"
        if entry.scribe is None or entry.line is None:
            yield Fault(code=FaultCode.ENTRY_FORGED, link=link, place=place)
            return
        if self._key is not None and not entry.is_proven(self._key):
            yield Fault(code=FaultCode.ENTRY_FORGED, link=link, place=place)
        expected = self._next.get(entry.scribe, 0)
        if entry.line > expected:
            lacking = f"{entry.line - expected} before event {entry.id}"
            yield Fault(code=FaultCode.ENTRIES_REMOVED, link=link, place=lacking)
        if entry.line < expected:
            yield Fault(code=FaultCode.ENTRY_MOVED, link=link, place=place)
        self._next[entry.scribe] = max(expected, entry.line + 1)
