"""A fault: something about the trail that is not as Verso left it."""

from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """What is wrong."""

    #: A link's digest is not that of its entries: one of them was changed, removed, added or moved, or the link was.
    LINK_BROKEN = "link-broken"
    #: An entry was not written, or not so, by anyone who had the key of the trail.
    ENTRY_FORGED = "entry-forged"
    #: A scribe's numbers have a gap: entries were removed.
    ENTRIES_REMOVED = "entries-removed"
    #: A scribe's number comes twice, or too late: an entry was copied or moved.
    ENTRY_MOVED = "entry-moved"
    #: An anchor holds another digest than the chain has there: the chain was made anew, or cut.
    ANCHOR_CONTRADICTS = "anchor-contradicts"
    #: An anchor that the ledger, or a later anchor, knows of is not in the store.
    ANCHOR_MISSING = "anchor-missing"
    #: An anchor was not made by anyone who had the key of the trail.
    ANCHOR_FORGED = "anchor-forged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong, and where."""

    code: FaultCode
    #: Number of the link in which it lies; None where it lies in none.
    link: int | None
    #: Ids alone.
    place: str
