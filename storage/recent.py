"""Recent: what one piece of work has sealed or opened, in memory until it ends: no step fetches it from the other."""

from dataclasses import dataclass, field
from typing import Final

from documents.document import SealedObject

#: Bytes of plaintext that are remembered at most: enough for all but the largest scans.
MOST: Final = 16 * 2**20


@dataclass(slots=True)
class Recent:
    """Remembers plaintexts by the names of their envelopes, the first ones, while there is room."""

    _room: int = field(default_factory=lambda: MOST)
    _held: dict[str, tuple[SealedObject, bytes]] = field(default_factory=dict, repr=False)

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
