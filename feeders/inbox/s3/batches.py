"""The batches of a bucket's inbox: which one a file joins, what must be known of each when nothing of it is left.

    .verso-work/open/<place>/<id>     a batch that files of a place join; holds the folder's name
    .verso-work/closed/<id>           one of files that stood alone, which no file joins any more
    .verso-work/notes/<id>/<note>     ``line-<n>`` and ``taken``, ``problem-<digest>``, ``answered``, ``dismissed``

Nothing can be renamed in a bucket, so whoever changes what a place's batch is holds the inbox's name in the ledger for
that moment. Notes are objects of their own: adding one needs nobody's leave, and twice is once.
"""

import hashlib
import secrets
import time
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from documents.errors import InboxUnavailable
from feeders.inbox.journal import line_of, problems_in
from feeders.inbox.s3.drawer import Drawer, Item
from feeders.problem import Problem
from storage.holdings.interface import Holdings

WORK: Final = ".verso-work/"
ANSWERED: Final = "answered"
DISMISSED: Final = "dismissed"
#: Where files lie that stand alone; no folder's place is called so.
ALONE: Final = "alone"
_OPEN: Final = f"{WORK}open/"
_CLOSED: Final = f"{WORK}closed/"
_NOTES: Final = f"{WORK}notes/"
_TAKEN: Final = "taken"
_LINE: Final = "line-"
_PROBLEM: Final = "problem-"
#: Seconds that one waits for another watcher's moment, and between two looks.
_PATIENCE: Final = 30.0
_PAUSE: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a listing tells of batches."""

    #: Place of each batch that files still join, by its id.
    opened: dict[str, str]
    closed: frozenset[str]
    #: Names of the notes, by the batch's id.
    notes: dict[str, frozenset[str]]

    @classmethod
    def in_listing(cls, items: Iterable[Item]) -> "Known":
        """Read a listing."""
        opened, closed, notes = {}, set(), dict[str, set[str]]()
        for item in items:
            if item.name.startswith(_OPEN):
                place, _, batch = item.name.removeprefix(_OPEN).partition("/")
                opened[batch] = place
            elif item.name.startswith(_CLOSED):
                closed.add(item.name.removeprefix(_CLOSED))
            elif item.name.startswith(_NOTES):
                batch, _, note = item.name.removeprefix(_NOTES).partition("/")
                notes.setdefault(batch, set()).add(note)
        kept = {batch: frozenset(found) for batch, found in notes.items()}
        still = {batch: place for batch, place in opened.items() if batch not in closed}
        return cls(opened=still, closed=frozenset(closed), notes=kept)

    def of(self, batch: str) -> frozenset[str]:
        """Return the notes of a batch."""
        return self.notes.get(batch, frozenset())

    def lines(self, batch: str) -> AbstractSet[int]:
        """Return the manifest's lines whose files came to their end."""
        return {int(note.removeprefix(_LINE)) for note in self.of(batch) if note.startswith(_LINE)}


class BucketBatches:
    """The batches of one inbox, as every watcher of it sees them."""

    def __init__(self, drawer: Drawer, holdings: Holdings, feeder: str, lasting: timedelta) -> None:
        """Look at nothing yet.

        Args:
            drawer: The inbox.
            holdings: Where names are held.
            feeder: Whose inbox it is.
            lasting: For how long a name is held by whoever gives no sign of life.
        """
        self.drawer = drawer
        self._holdings = holdings
        self._feeder = feeder
        self.lasting = lasting
        self._holder = secrets.token_hex(8)
        #: What was noted by this process: no need to say it again.
        self._noted: set[str] = set()
        #: Problems that were read: they do not change.
        self._kept: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def join(self, folder: str | None, item: Item) -> str | None:
        """Hold a file, and return the batch that it is part of; None when it is gone or somebody else's."""
        with self.moment():
            batch = self._current(folder) or (self._begin(folder) if self.drawer.has(item) else None)
            if batch is None or not self._holdings.take(self._held_name(batch, item), self._holder, self.lasting):
                return None
        return batch

    def begin(self, folder: str) -> str:
        """Return the batch of a folder that holds nothing but its manifest."""
        with self.moment():
            return self._current(folder) or self._begin(folder)

    def let_go(self, batch: str, item: Item) -> None:
        """Hold a file no more. Twice is safe."""
        self._holdings.give_back(self._held_name(batch, item), self._holder)

    def tend(self, held: AbstractSet[tuple[str, str]]) -> None:
        """Go on holding what this process is at, and let go of what it could not let go of before.

        Args:
            held: Batch and mark of each file that it is at.
        """
        self._holdings.renew(self._holder, self.lasting)
        for name, holder in self._holdings.held(self._beginning).items():
            batch, _, mark = name.removeprefix(self._beginning).partition("/")
            if holder == self._holder and (batch, mark) not in held:
                self._holdings.give_back(name, holder)

    def held(self) -> dict[str, str]:
        """Return the batch of each file that any living process holds, by the file's mark."""
        names = (name.removeprefix(self._beginning) for name in self._holdings.held(self._beginning))
        return {mark: batch for batch, _, mark in (name.partition("/") for name in names)}

    def note(self, batch: str, *notes: str) -> None:
        """Note something of a batch. Twice is safe."""
        for note in notes:
            if f"{batch}/{note}" not in self._noted:
                self.drawer.put(f"{_NOTES}{batch}/{note}")
                self._noted.add(f"{batch}/{note}")

    def taken(self, batch: str, line: int | None) -> None:
        """Note that the file of a manifest's line has come to its end; None is no line."""
        self.note(batch, _TAKEN if line is None else f"{_LINE}{line}")

    def told(self, batch: str, problems: Iterable[Problem]) -> None:
        """Note what the feeder is to be told."""
        for problem in problems:
            line = line_of(problem).encode()
            self.drawer.put(f"{_NOTES}{batch}/{_PROBLEM}{hashlib.sha256(line).hexdigest()[:32]}", line)

    def problems(self, batch: str, notes: Iterable[str]) -> Iterator[Problem]:
        """Yield what the feeder is to be told."""
        for note in sorted(note for note in notes if note.startswith(_PROBLEM)):
            name = f"{_NOTES}{batch}/{note}"
            if name not in self._kept:
                self._kept[name] = self.drawer.get(name).decode("ascii", "replace")
            yield from problems_in([self._kept[name]], batch)

    def folder_of(self, batch: str, place: str) -> str | None:
        """Return the name of a batch's folder; None when another watcher has dismissed it."""
        if batch not in self._folders:
            found = self.drawer.get(f"{_OPEN}{place}/{batch}").decode()
            if place_of(found) != place:
                return None
            self._folders[batch] = found
        return self._folders[batch]

    def stands(self, batch: str, folder: str | None) -> bool:
        """Tell whether no watcher has dismissed a batch."""
        name = f"{_CLOSED}{batch}" if folder is None else f"{_OPEN}{place_of(folder)}/{batch}"
        return any(self.drawer.items(name))

    def close(self, batch: str) -> bool:
        """Let no more files join a batch of those that stand alone. False while somebody is at one of them."""
        with self.moment():
            if batch in self.held().values():
                return False
            self.drawer.put(f"{_CLOSED}{batch}")
            self.drawer.drop(f"{_OPEN}{ALONE}/{batch}")
        return True

    def end(self, batch: str, folder: str | None) -> None:
        """Let a batch be no more; called within a moment. Twice is safe."""
        self.drawer.drop(f"{_CLOSED}{batch}" if folder is None else f"{_OPEN}{place_of(folder)}/{batch}")
        self._folders.pop(batch, None)

    def go_on(self, batch: str) -> None:
        """Take back that a batch was dismissed: more came for it."""
        self.drawer.drop(f"{_NOTES}{batch}/{DISMISSED}")
        self._noted.discard(f"{batch}/{DISMISSED}")

    def sweep(self, batches: AbstractSet[str]) -> None:
        """Remove the notes of batches that are no more, once it is certain that they are not."""
        if not batches:
            return
        with self.moment():
            known = Known.in_listing([*self.drawer.items(_OPEN), *self.drawer.items(_CLOSED)])
        for batch in batches - known.opened.keys() - known.closed:
            for item in list(self.drawer.items(f"{_NOTES}{batch}/")):
                self.drawer.drop(item.name)
                self._kept.pop(item.name, None)
            self._noted = {noted for noted in self._noted if not noted.startswith(f"{batch}/")}

    def notes(self, batch: str) -> Known:
        """Return the notes of a batch as they stand now."""
        return Known.in_listing(self.drawer.items(f"{_NOTES}{batch}/"))

    def leave(self) -> None:
        """Let go of everything. Twice is safe."""
        self.tend(frozenset())

    @property
    def _beginning(self) -> str:
        return f"inbox/{self._feeder}/"

    def _held_name(self, batch: str, item: Item) -> str:
        return f"{self._beginning}{batch}/{item.mark}"

    def _current(self, folder: str | None) -> str | None:
        """Return the batch that files of a place join; of two that a slow server let through, the same for all."""
        place = place_of(folder)
        found = [item.name.rpartition("/")[2] for item in self.drawer.items(f"{_OPEN}{place}/")]
        if folder is None and found:
            closed = {item.name.removeprefix(_CLOSED) for item in self.drawer.items(_CLOSED)}
            found = [batch for batch in found if batch not in closed]
        return min(found, default=None)

    def _begin(self, folder: str | None) -> str:
        batch = secrets.token_hex(12)
        self.drawer.put(f"{_OPEN}{place_of(folder)}/{batch}", (folder or "").encode())
        return batch

    @contextmanager
    def moment(self) -> Iterator[None]:
        """Hold every other watcher of this inbox off for a moment.

        Raises:
            InboxUnavailable: Another one's moment does not end.
        """
        name, holder = self._beginning.rstrip("/"), secrets.token_hex(8)
        deadline = time.monotonic() + _PATIENCE
        while not self._holdings.take(name, holder, self.lasting):
            if time.monotonic() > deadline:
                raise InboxUnavailable("held")
            time.sleep(_PAUSE)
        try:
            yield
        finally:
            self._holdings.give_back(name, holder)


def place_of(folder: str | None) -> str:
    """Return what stands for a folder in names of ours; None is where files stand alone."""
    return ALONE if folder is None else hashlib.sha256(folder.encode("utf-8", "surrogatepass")).hexdigest()[:32]
