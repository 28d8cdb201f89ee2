"""A shelf: a listing of a bucket's inbox, read as what its feeder put there, and what of it can be taken."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, Self

from feeders.inbox.rules import MARKER
from feeders.inbox.s3.batches import WORK
from feeders.inbox.s3.drawer import Item
from feeders.manifest.manifest import MANIFEST_NAMES
from feeders.naming import is_passing

#: Where files wait that were given back after they had been replaced at their place.
RETURNED: Final = f"{WORK}returned/"
#: Marks of files that can never be taken; they stay where they are, for their feeder to see.
ASIDE: Final = f"{WORK}aside/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What one listing showed."""

    items: tuple[Item, ...] = field(repr=False)
    #: The name of everything.
    names: frozenset[str] = field(repr=False)
    aside: frozenset[str]
    #: Whether a file waits for its marker, which is then no file itself.
    marked: bool

    @classmethod
    def of(cls, items: Iterable[Item], *, marked: bool) -> Self:
        """Read a listing."""
        found = tuple(items)
        names = frozenset(item.name for item in found)
        aside = frozenset(name.removeprefix(ASIDE) for name in names if name.startswith(ASIDE))
        return cls(items=found, names=names, aside=aside, marked=marked)

    def files(self, folder: str | None = None) -> Iterator[Item]:
        """Yield the files that wait, ready or not: all of them, or those of a folder."""
        for item in self.items:
            place = origin_of(item)
            waits = item.mark not in self.aside and not (self.marked and place.endswith(MARKER))
            if waits and _is_file(place) and folder in {None, folder_of(item)}:
                yield item

    def manifest(self, folder: str | None) -> Item | None:
        """Return the manifest of a folder."""
        places = [f"{folder}/{name}" for name in MANIFEST_NAMES]
        if self.names.isdisjoint(places):
            return None
        return min((item for item in self.items if item.name in places), key=lambda item: places.index(item.name))

    def with_manifest_alone(self) -> AbstractSet[str]:
        """Return the folders that hold a manifest and no file."""
        listed = {folder for item in self.items if _is_manifest(item.name) and (folder := folder_of(item)) is not None}
        return listed - {folder_of(item) for item in self.files()}

    def lost_asides(self) -> AbstractSet[str]:
        """Return the marks of files that somebody has removed since."""
        return self.aside - {item.mark for item in self.items}


def origin_of(item: Item) -> str:
    """Return the path that a file has, or had, in the inbox."""
    return item.name.removeprefix(RETURNED).partition("/")[2] if item.name.startswith(RETURNED) else item.name


def folder_of(item: Item) -> str | None:
    """Return the folder that a file is in; None when it stands alone."""
    folder, slash, _ = origin_of(item).partition("/")
    return folder if slash else None


def shown_name(item: Item) -> str:
    """Return a file's name at its feeder, below its batch's folder."""
    return origin_of(item).partition("/")[2] or origin_of(item)


def _is_file(place: str) -> bool:
    # What ends in a slash stands for a folder: consoles put such objects.
    return not place.endswith("/") and not _is_manifest(place) and not any(map(is_passing, place.split("/")))


def _is_manifest(place: str) -> bool:
    parts = place.split("/")
    return len(parts) == 2 and parts[1] in MANIFEST_NAMES and not is_passing(parts[0])
