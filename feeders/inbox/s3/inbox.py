"""The inbox that is a prefix of a bucket: what is listed is the truth, and nothing leaves it before it is received."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from documents.arrival import Arrival
from documents.errors import InboxUnavailable
from documents.feeder import Feeder
from feeders.ending import ends_well
from feeders.inbox.interface import InboxState, Waiting
from feeders.inbox.observations import Observations
from feeders.inbox.rules import MARKER, Rules
from feeders.inbox.s3.batches import WORK, BucketBatches
from feeders.inbox.s3.claim import BucketBatch, BucketClaim
from feeders.inbox.s3.drawer import Drawer, Item
from feeders.inbox.s3.finishing import Finisher
from feeders.inbox.s3.manifests import Manifests
from feeders.inbox.s3.shelf import ASIDE, RETURNED, Shelf, folder_of, origin_of, shown_name
from feeders.manifest.manifest import Manifest, judge
from feeders.problem import Problem, ProblemCode


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stretch:
    """An object as what tells whether a file is whole reads it: here and there."""

    drawer: Drawer
    item: Item

    @property
    def size(self) -> int:
        return self.item.size

    def read(self, length: int, at: int) -> bytes:
        return self.drawer.read_range(self.item, length, at)


class BucketInbox:
    """One watcher of a prefix. Objects right below it stand alone; what a slash follows is a folder, hence a batch."""

    def __init__(
        self,
        batches: BucketBatches,
        feeder: Feeder,
        rules: Rules | None = None,
        *,
        may_claim: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Ask nothing yet.

        Args:
            batches: The batches of the prefix, and who is at which file.
            feeder: Whose it is.
            rules: When and what to take.
            may_claim: Asked before each claim; False vetoes it.
            clock: Seconds that never go back.
        """
        self._drawer = batches.drawer
        self._batches = batches
        self._feeder = feeder
        self._rules = rules or Rules()
        self._may_claim = may_claim
        self._files = Observations(clock)
        self._manifests = Manifests(self._drawer, self._rules.largest_manifest)
        self._finisher = Finisher(batches, self._manifests, self._rules, clock)
        #: Files that were found to have their end: they are looked into once.
        self._whole: set[str] = set()
        #: Batch and mark of what this process is at.
        self._mine: set[tuple[str, str]] = set()
        #: Files that stood alone and were taken here: tells whether they still come.
        self._taken_alone = 0
        self._clock = clock
        self._tend_again = float("-inf")

    @property
    def feeder(self) -> Feeder:
        """Whose inbox it is."""
        return self._feeder

    def scan(self) -> Iterator[Waiting]:
        """Yield the files that are ready, longest waiting first."""
        shelf = self._listed()
        held = self._batches.held()
        self._files.keep_only(item.name for item in shelf.items)
        self._whole &= {item.mark for item in shelf.items}
        still = {item.name: self._files.quiet(item.name, (item.mark, item.since)) for item in shelf.items}
        for item in sorted(shelf.files(), key=lambda item: item.since):
            if item.mark not in held and self._is_ready(item, shelf, still):
                place = (item.name, item.tag, str(item.size), item.since.isoformat())
                yield Waiting(place=place, file_name=shown_name(item), size=item.size, since=item.since)

    def claim(self, waiting: Waiting) -> BucketClaim | Problem | None:
        """Take a file: its name is held in the ledger, then it is read where it lies."""
        if not self._may_claim():
            return None
        self._tend()
        name, tag, size, since = waiting.place
        item = Item(name=name, tag=tag, size=int(size), since=datetime.fromisoformat(since))
        folder = folder_of(item)
        batch = self._batches.join(folder, item)
        if batch is None:
            return None
        self._mine.add((batch, item.mark))
        ended = partial(self._mine.discard, (batch, item.mark))
        try:
            outcome = self._read(item, folder, batch, ended)
        except InboxUnavailable:
            ended()
            raise
        if not isinstance(outcome, BucketClaim):
            ended()
            self._batches.let_go(batch, item)
        return outcome

    def finished(self) -> Iterator[BucketBatch]:
        """Yield the batches of which every file has been acknowledged and that have been quiet since."""
        yield from self._finisher.finished(self._listed(), self._taken_alone)

    def state(self) -> InboxState:
        """Return the gauges."""
        held = self._batches.held()
        waiting = [item for item in self._listed().files() if item.mark not in held]
        oldest = min((item.since for item in waiting), default=None)
        return InboxState(
            depth=len(waiting),
            size=sum(item.size for item in waiting),
            claimed=len(held),
            # The server's clock may be ahead of ours.
            oldest=None if oldest is None else max(datetime.now(UTC) - oldest, timedelta(0)),
        )

    def check(self) -> str:
        """Prove with a probe that objects can be put, listed, read and removed here."""
        name, content = f"{WORK}probe-{secrets.token_hex(8)}", b"verso"
        self._drawer.put(name, content)
        (item,) = self._drawer.items(name)
        taken = self._drawer.read(item)
        if taken is None or taken.content != content:
            raise InboxUnavailable("probe")
        by_condition = taken.version is not None or self._drawer.removes_by_condition(item)
        self._drawer.take_out(item, taken.version)
        says = "a prefix of a bucket, by listing"
        return says if by_condition else f"{says}; its server removes whatever lies there: no name may be used twice"

    def close(self) -> None:
        """Stop watching. What is claimed and not acknowledged is waiting again. Twice is safe."""
        self._mine.clear()
        self._batches.leave()

    def _listed(self) -> Shelf:
        self._tend()
        return Shelf.of(self._drawer.items(), marked=self._rules.marked)

    def _tend(self) -> None:
        """Give a sign of life, often enough."""
        if self._clock() >= self._tend_again:
            self._tend_again = self._clock() + self._batches.lasting.total_seconds() / 4
            self._batches.tend(frozenset(self._mine))

    def _is_ready(self, item: Item, shelf: Shelf, still: dict[str, timedelta]) -> bool:
        folder = folder_of(item)
        manifest = shelf.manifest(folder) if folder is not None else None
        ready = self._rules.ready(
            still[item.name], still[manifest.name] if manifest else None, batched=folder is not None
        )
        if ready is not None:
            return ready
        marked = not self._rules.marked or item.name.startswith(RETURNED) or f"{item.name}{MARKER}" in shelf.names
        return marked and self._is_whole(item)

    def _is_whole(self, item: Item) -> bool:
        if item.mark not in self._whole and ends_well(_Stretch(drawer=self._drawer, item=item)):
            self._whole.add(item.mark)
        return item.mark in self._whole

    def _read(
        self, item: Item, folder: str | None, batch: str, ended: Callable[[], object]
    ) -> BucketClaim | Problem | None:
        """Read a file that this process holds."""
        name = shown_name(item)
        self._taken_alone += folder is None
        manifest = self._manifests.of(folder)
        if item.size > self._rules.largest:
            return self._set_aside(item, batch, manifest)
        taken = self._drawer.read(item)
        if taken is None:
            return None
        verdict = judge(taken.content, name, manifest)
        return BucketClaim(
            arrival=Arrival(feeder=self._feeder, batch=batch, content=taken.content, declaration=verdict.declaration),
            sha256=verdict.sha256,
            problems=verdict.reported(batch),
            drawer=self._drawer,
            batches=self._batches,
            item=item,
            version=taken.version,
            batch=batch,
            line=verdict.line,
            marker=f"{origin_of(item)}{MARKER}" if self._rules.marked else None,
            ended=ended,
        )

    def _set_aside(self, item: Item, batch: str, manifest: Manifest | None) -> Problem:
        """Remember for ever that something cannot be taken; it stays where it is, for its feeder to see."""
        problem = Problem(code=ProblemCode.TOO_LARGE, file_name=shown_name(item), batch=batch)
        self._batches.told(batch, [problem])
        self._batches.taken(batch, manifest.line_of(problem.file_name) if manifest else None)
        self._drawer.put(f"{ASIDE}{item.mark}")
        return problem
