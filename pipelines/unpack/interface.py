"""What an unpacker promises."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from documents.arrival import Declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """One document within a container, or what is wrong with what should be one."""

    #: Its name within, with slashes: data to be shown, never a path to be opened.
    name: str = field(repr=False)
    #: Where it is, for `Unpacker.take`.
    place: int
    #: What the container declares of it.
    declaration: Declaration = field(default=Declaration(), repr=False)
    #: Its size and its SHA-1 (hex) as the container states them; None where it does not.
    size: int | None = None
    sha1: str | None = None
    #: Code of a problem for which it cannot be taken.
    fault: str | None = None
    #: Code of a problem with it that its feeder should know of although it is taken.
    note: str | None = None


class Unpacker(Protocol):
    """Opens containers without trusting them. Safe to ask twice."""

    def enclosed(self, content: bytes) -> Sequence[Enclosed] | None:
        """Return what a container holds, without unpacking it; None when it is no container but one document.

        Raises:
            Refused: It is a container that cannot be opened, or a bomb.
            Interrupted: The confined process could not be used for a reason of the world.
        """
        ...

    def take(self, content: bytes, place: int) -> bytes:
        """Return one of the documents that `enclosed` named.

        Raises:
            Refused: It cannot be unpacked.
            Interrupted: As for `enclosed`.
        """
        ...
