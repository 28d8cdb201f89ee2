"""Finishing: which batches of a bucket's inbox have nothing left to take, and what is removed of them at their end."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from feeders.inbox.observations import Observations
from feeders.inbox.rules import Rules
from feeders.inbox.s3.batches import ALONE, ANSWERED, DISMISSED, BucketBatches, Known, place_of
from feeders.inbox.s3.claim import BucketBatch
from feeders.inbox.s3.manifests import Manifests
from feeders.inbox.s3.shelf import ASIDE, Shelf
from feeders.problem import Problem, ProblemCode


class Finisher:
    """Sees batches to their end."""

    def __init__(self, batches: BucketBatches, manifests: Manifests, rules: Rules, clock: Callable[[], float]) -> None:
        """Look at nothing yet.

        Args:
            batches: The batches of the inbox.
            manifests: Their manifests.
            rules: How long is quiet enough.
            clock: Seconds that never go back.
        """
        self._batches = batches
        self._drawer = batches.drawer
        self._manifests = manifests
        self._rules = rules
        self._places = Observations(clock)

    def finished(self, shelf: Shelf, taken_alone: int) -> Iterator[BucketBatch]:
        """Yield the batches of which every file has been acknowledged and that have been quiet since.

        Args:
            shelf: A listing from now.
            taken_alone: How many files this process has taken that stood alone.
        """
        known = Known.in_listing(shelf.items)
        self._tidy(shelf, known)
        busy = set(self._batches.held().values())
        for batch, place in known.opened.items():
            if batch in busy:
                continue
            if place == ALONE:
                if self._is_over_alone(batch, known, taken_alone):
                    yield from self._batch(batch, None)
                continue
            folder = self._batches.folder_of(batch, place)
            if folder is not None and self._is_over(batch, folder, known, shelf):
                yield from self._batch(batch, folder)
        for batch in known.closed:
            yield from self._batch(batch, None)

    def _tidy(self, shelf: Shelf, known: Known) -> None:
        """Remove what the dead left half-way, and give a batch to each folder that holds nothing but its manifest."""
        self._batches.sweep(known.notes.keys() - known.opened.keys() - known.closed)
        for mark in shelf.lost_asides():
            self._drawer.drop(f"{ASIDE}{mark}")
        begun = set(known.opened.values())
        for folder in shelf.with_manifest_alone():
            if place_of(folder) not in begun:
                self._batches.begin(folder)

    def _is_over(self, batch: str, folder: str, known: Known, shelf: Shelf) -> bool:
        """Tell whether nothing of a folder is left to take, and nothing came for long enough."""
        item = shelf.manifest(folder)
        still = self._places.quiet(batch, (item.tag if item else None, len(known.of(batch))))
        if DISMISSED in known.of(batch):
            self._dismiss(batch, folder)
            return False
        if any(shelf.files(folder)):
            return False
        manifest = self._manifests.of(folder, shelf)
        complete = manifest is not None and next(manifest.missing(known.lines(batch), None), None) is None
        return still >= (self._rules.settle if complete else self._rules.patience)

    def _is_over_alone(self, batch: str, known: Known, taken_alone: int) -> bool:
        still = self._places.quiet(batch, taken_alone)
        return bool(known.of(batch)) and still >= self._rules.settle and self._batches.close(batch)

    def _batch(self, batch: str, folder: str | None) -> Iterator[BucketBatch]:
        """Yield a batch, unless another watcher has dismissed it meanwhile."""
        # Asked for again: whatever was removed from the shelf before it was listed had been noted before.
        known = self._batches.notes(batch)
        if self._batches.stands(batch, folder):
            yield BucketBatch(
                batch=batch,
                name=folder or "",
                answered=ANSWERED in known.of(batch),
                batches=self._batches,
                told=partial(self._problems, batch, folder, known),
                removed=partial(self._dismiss, batch, folder),
            )

    def _problems(self, batch: str, folder: str | None, known: Known) -> Sequence[Problem]:
        problems = list(self._batches.problems(batch, known.of(batch)))
        manifest = self._manifests.of(folder)
        if manifest is not None:
            return [*problems, *manifest.problems(batch), *manifest.missing(known.lines(batch), batch)]
        absent = folder is not None and self._rules.needs_manifest
        return [*problems, Problem(code=ProblemCode.MANIFEST_ABSENT, batch=batch)] if absent else problems

    def _dismiss(self, batch: str, folder: str | None) -> None:
        """Remove what is left of a batch, unless something was dropped meanwhile: then it goes on."""
        with self._batches.moment():
            if folder is not None and not self._cleared(batch, folder):
                return
            self._batches.end(batch, folder)
        self._batches.sweep({batch})

    def _cleared(self, batch: str, folder: str) -> bool:
        """Remove a folder's manifest, and what stands for the folder; False when there is more than that."""
        shelf = Shelf.of(self._drawer.items(f"{folder}/"), marked=self._rules.marked)
        manifest = shelf.manifest(folder)
        read = self._manifests.tag_of(folder)
        more = any(shelf.files(folder)) or batch in self._batches.held().values()
        if more or (manifest is not None and manifest.tag != read):
            self._batches.go_on(batch)
            return False
        # Noted first: what is half removed must not be answered for a second time.
        self._batches.note(batch, DISMISSED)
        for item in shelf.items:
            if item == manifest or item.name == f"{folder}/":
                self._drawer.take_out(item, None)
        self._manifests.forget(folder)
        return True
