"""Recent: what one piece of work has sealed or opened, in memory until it ends: no step fetches it from the other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar, cast

from documents.document import SealedObject

_Told = TypeVar("_Told")

#: Bytes of plaintext that are remembered at most: enough for all but the largest scans.
MOST: Final = 16 * 2**20
#: Bytes of plaintext of which is remembered what they say: enough for some ten dense pages. Parsed, the words of a page
#: take some fifty times the memory that they take compressed.
_MOST_PARSED: Final = 64 * 2**10


@dataclass(slots=True)
class Recent:
    """Remembers plaintexts by the names of their envelopes, the first ones, while there is room."""

    _room: int = field(default_factory=lambda: MOST)
    _held: dict[str, tuple[SealedObject, bytes]] = field(default_factory=dict, repr=False)
    _room_for_parsed: int = field(default_factory=lambda: _MOST_PARSED)
    _parsed: dict[tuple[str, Callable[[bytes], Any]], tuple[bytes, Any]] = field(default_factory=dict, repr=False)

    def note(self, name: str, sealed: SealedObject, plaintext: bytes) -> bool:
        """Remember what an envelope, as the ledger will know it, holds; return whether it is news and has room."""
        if name in self._held or len(plaintext) > self._room:
            return False
        self._held[name] = sealed, plaintext
        self._room -= len(plaintext)
        return True

    def recall(self, name: str, sealed: SealedObject) -> bytes | None:
        """Return what an envelope holds; None where it is not in hand, or another is."""
        known, plaintext = self._held.get(name, (None, None))
        return plaintext if known == sealed else None

    def parsed(self, name: str, plaintext: bytes, parse: Callable[[bytes], _Told]) -> _Told:
        """Return what a parser tells of a plaintext that was recalled: of these very bytes it is asked once."""
        known, told = self._parsed.get((name, parse), (None, None))
        if known is plaintext:
            return cast("_Told", told)
        said = parse(plaintext)
        if len(plaintext) <= self._room_for_parsed:
            self._room_for_parsed -= len(plaintext)
            self._parsed[name, parse] = plaintext, said
        return said
