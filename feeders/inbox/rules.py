"""The rules of one inbox: when a file is ready to be taken, and what is too much."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When and what to take."""

    #: How long size and time of a file must stay the same before it is looked at.
    settle: timedelta = timedelta(seconds=10)
    #: How long an unchanged file may lack its end, its marker or its manifest before it is taken all the same:
    #: nothing lies in an inbox for ever.
    patience: timedelta = timedelta(minutes=10)
    #: Whether a file ``a.pdf`` is ready when ``a.pdf.done`` stands beside it, and not before.
    marked: bool = False
    #: Whether a batch waits for its manifest to begin. When not, a manifest that is there still counts.
    needs_manifest: bool = False
    #: Largest file taken, in bytes.
    largest: int = 256 * 2**20
    #: Largest manifest read, in bytes.
    largest_manifest: int = 64 * 2**20
