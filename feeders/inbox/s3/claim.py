"""What a bucket's inbox hands out: a file that this process holds, and a finished batch."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from documents.arrival import Arrival
from feeders.inbox.s3.batches import ANSWERED, BucketBatches
from feeders.inbox.s3.drawer import Drawer, Item
from feeders.inbox.s3.shelf import RETURNED, origin_of
from feeders.problem import Problem


@dataclass(slots=True, kw_only=True)
class BucketClaim:
    """A file that this process holds. It lies where its feeder put it until it is acknowledged."""

    arrival: Arrival
    #: SHA-256 of the content, hex.
    sha256: str = field(repr=False)
    #: What the feeder should know about it.
    problems: tuple[Problem, ...] = ()
    drawer: Drawer = field(repr=False)
    batches: BucketBatches = field(repr=False)
    item: Item = field(repr=False)
    version: str | None = field(repr=False)
    batch: str
    #: Its line in the manifest, if it has one.
    line: int | None
    #: Name of the marker that said it was whole, if markers are used.
    marker: str | None = field(repr=False)
    #: Called when this process is at it no more.
    ended: Callable[[], object] = field(repr=False)
    _is_over: bool = field(default=False, init=False, repr=False)

    def acknowledge(self, found: Sequence[Problem] = ()) -> None:
        """Note its problems and its line, then take it out, unless it was replaced meanwhile. Twice is safe."""
        if self._is_over:
            return
        self.batches.told(self.batch, (*self.problems, *found))
        self.batches.taken(self.batch, self.line)
        if self.marker is not None:
            self.drawer.drop(self.marker)
        self.drawer.take_out(self.item, self.version)
        self._end()

    def give_back(self) -> None:
        """Let it wait again: what its feeder has put in its place waits beside it. Twice is safe."""
        if self._is_over:
            return
        if not self.drawer.has(self.item):
            self.drawer.put(f"{RETURNED}{secrets.token_hex(8)}/{origin_of(self.item)}", self.arrival.content)
        self._end()

    def _end(self) -> None:
        # Whatever comes of letting go: the next scan does it again.
        self._is_over = True
        self.ended()
        self.batches.let_go(self.batch, self.item)


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketBatch:
    """A batch of which nothing is left to take."""

    #: Its id.
    batch: str
    #: Name of its folder, if it had one.
    name: str = field(repr=False)
    #: Whether its feeder was told that it is received.
    answered: bool
    batches: BucketBatches = field(repr=False)
    #: Gives what its feeder is to be told; removes what is left of it.
    told: Callable[[], Sequence[Problem]] = field(repr=False)
    removed: Callable[[], object] = field(repr=False)

    @property
    def problems(self) -> Sequence[Problem]:
        """What could not be taken of it, what was wrong with what was, and what its manifest got wrong."""
        return self.told()

    def note_answered(self) -> None:
        """Note that its feeder was told. Twice is safe."""
        self.batches.note(self.batch, ANSWERED)

    def dismiss(self) -> None:
        """Remove its manifest and what was noted of it. Twice is safe."""
        self.removed()
