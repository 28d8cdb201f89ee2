"""Holding: whether the anchors in the store hold the chain where the ledger says that it is."""

from collections.abc import Iterator, Mapping

from documents.errors import Tampered
from storage.audit.anchor import FOLDER, Anchor, digest_of
from storage.audit.fault import Fault, FaultCode
from storage.audit.interface import Trail
from storage.objects.interface import Objects


class Anchors:
    """What rests in the store, read once."""

    def __init__(self, objects: Objects, key: bytes | None) -> None:
        """Read every anchor."""
        self.forged: list[str] = []
        self._found: dict[int, Anchor] = {}
        self._digests: dict[int, str] = {}
        for name in objects.keys(FOLDER):
            content = objects.get(name)
            try:
                anchor = Anchor.from_bytes(content, key, name)
            except Tampered:
                self.forged.append(name)
            else:
                self._found[anchor.link] = anchor
                self._digests[anchor.link] = digest_of(content)

    def __len__(self) -> int:
        """Return how many are genuine."""
        return len(self._found)

    def faults(self, digests: Mapping[int, str], trail: Trail) -> Iterator[Fault]:
        """Yield what is wrong with the anchors.

        Args:
            digests: Digest of each link that some anchor names, as the chain computed again from its entries has it.
            trail: Remembers which anchors there ought to be.
        """
        for name in self.forged:
            yield Fault(code=FaultCode.ANCHOR_FORGED, link=None, place=name)
        for link, anchor in sorted(self._found.items()):
            if digests.get(link) != anchor.digest:
                yield Fault(code=FaultCode.ANCHOR_CONTRADICTS, link=link, place=anchor.name)
        yield from self._missing(trail)

    @property
    def links(self) -> frozenset[int]:
        """Numbers of the links that anchors hold."""
        return frozenset(self._found)

    def _missing(self, trail: Trail) -> Iterator[Fault]:
        known = set(self._digests.values())
        for record in trail.anchors():
            if record.digest not in known:
                yield Fault(code=FaultCode.ANCHOR_MISSING, link=record.link, place=f"anchor of link {record.link}")
        for link, anchor in sorted(self._found.items()):
            if anchor.previous and anchor.previous not in known:
                yield Fault(code=FaultCode.ANCHOR_MISSING, link=link, place=f"the anchor before that of link {link}")
