"""Verifying: computes the chain again from the entries, against its links and anchors, and names what is broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from storage.audit.chain import MOST_ENTRIES, Link, link_digest
from storage.audit.entry import Entry
from storage.audit.fault import Fault, FaultCode
from storage.audit.hands import Hands
from storage.audit.holding import Anchors
from storage.audit.interface import Trail
from storage.objects.interface import Objects

_LINKS_AT_ONCE: Final = 500
_BEFORE_THE_CHAIN: Final = Link(number=-1, last=0, count=0, at=datetime(1970, 1, 1, tzinfo=UTC), digest=bytes(32).hex())


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was found."""

    #: Entries that were computed again, whether bound or not.
    entries: int
    #: Those of them that no link binds yet.
    unbound: int
    links: int
    anchors: int
    #: What is wrong, the first broken link first.
    faults: tuple[Fault, ...]


def verify(trail: Trail, objects: Objects, key: bytes | None) -> Verdict:
    """Read the whole trail, every link and every anchor, and say what does not fit.

    Args:
        trail: The trail.
        objects: Where anchors rest.
        key: The key of the trail. Without it the chain is verified all the same; forged entries are not found.

    Raises:
        Interrupted: Ledger or store failed.
    """
    return _Reading(trail, objects, key).verdict()


class _Reading:
    """One reading of the trail from its beginning to its end."""

    def __init__(self, trail: Trail, objects: Objects, key: bytes | None) -> None:
        self._trail = trail
        self._anchors = Anchors(objects, key)
        self._hands = Hands(key)
        self._entries = 0
        self._links = 0
        #: Digests of anchored links, computed from the entries and what is said before them.
        self._held: dict[int, str] = {}
        self._end = _BEFORE_THE_CHAIN

    def verdict(self) -> Verdict:
        faults = [*self._faults_of_links()]
        bound = self._entries
        faults += self._faults_of_the_rest()
        faults += self._anchors.faults(self._held, self._trail)
        return Verdict(
            entries=self._entries,
            unbound=self._entries - bound,
            links=self._links,
            anchors=len(self._anchors),
            faults=tuple(faults),
        )

    def _faults_of_links(self) -> Iterator[Fault]:
        while page := self._trail.links(self._end.number, _LINKS_AT_ONCE):
            for link in page:
                yield from self._faults_of(link)
                self._end = link

    def _faults_of(self, link: Link) -> Iterator[Fault]:
        first = self._end.last + 1
        # What was written before there was a chain is bound by nothing: link 0 says up to where that is.
        held = [] if link.number == 0 else self._held_by(link)
        digest = link_digest(self._end.digest, held, number=link.number, last=link.last, at=link.at)
        follows = link.number == self._end.number + 1 and (link.last >= first or link.number == 0)
        if digest != link.digest or link.count != len(held) or not follows:
            yield Fault(code=FaultCode.LINK_BROKEN, link=link.number, place=f"events {first} to {link.last}")
        if link.number in self._anchors.links:
            self._held[link.number] = link.digest
        for entry in held:
            yield from self._hands.faults(entry, link.number)
        self._entries += len(held)
        self._links += 1

    def _held_by(self, link: Link) -> list[Entry]:
        found = self._trail.entries(self._end.last, MOST_ENTRIES + 1)
        return [entry for entry in found if (entry.id or 0) <= link.last]

    def _faults_of_the_rest(self) -> Iterator[Fault]:
        after = self._end.last
        while page := self._trail.entries(after, MOST_ENTRIES):
            for entry in page:
                yield from self._hands.faults(entry, None)
            self._entries += len(page)
            after = page[-1].id or 0
