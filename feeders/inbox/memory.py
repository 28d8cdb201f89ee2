"""The inbox that lives in memory: for tests, demonstrations and whatever else hands files over without a disk."""

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from documents.arrival import Arrival
from documents.feeder import Feeder
from feeders.inbox.interface import InboxState, Waiting
from feeders.inbox.rules import Rules
from feeders.manifest.manifest import MANIFEST_NAMES, Manifest, judge
from feeders.problem import Problem, ProblemCode


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    #: The batch's folder, or None.
    folder: str | None
    name: str
    content: bytes
    since: datetime


@dataclass(slots=True, kw_only=True)
class _Folder:
    batch: str
    manifest: Manifest | None = None
    taken: set[int] = field(default_factory=set)
    set_aside: list[Problem] = field(default_factory=list)
    #: What was wrong with files that were taken, each once.
    told: dict[Problem, None] = field(default_factory=dict)
    answered: bool = False


class MemoryPlace:
    """What lies in a memory inbox, shared by all who watch it. Everything in it is whole."""

    def __init__(self) -> None:
        """Start empty."""
        self.lock = threading.Lock()
        self.waiting: dict[str, _File] = {}
        self.claimed: dict[str, _File] = {}
        self.folders: dict[str, _Folder] = {}
        #: The batch that files join which stand alone.
        self.alone: _Folder | None = None

    def drop(self, name: str, content: bytes, folder: str | None = None) -> None:
        """Drop a file, in a batch's folder or alone."""
        with self.lock:
            if folder is not None:
                batch = self.folders.setdefault(folder, _Folder(batch=secrets.token_hex(12)))
                if name in MANIFEST_NAMES:
                    batch.manifest = Manifest.load(name, content)
                    return
            file = _File(folder=folder, name=name, content=content, since=datetime.now(UTC))
            self.waiting[secrets.token_hex(8)] = file


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryClaim:
    """A file that one watcher owns."""

    arrival: Arrival
    #: SHA-256 of the content, hex.
    sha256: str = field(repr=False)
    #: What the feeder should know about it.
    problems: tuple[Problem, ...] = ()
    place: MemoryPlace = field(repr=False)
    token: str
    folder: _Folder = field(repr=False)
    line: int | None

    def acknowledge(self, found: Sequence[Problem] = ()) -> None:
        """Remove it. Twice is safe."""
        with self.place.lock:
            self.place.claimed.pop(self.token, None)
            self.folder.told.update(dict.fromkeys((*self.problems, *found)))
            if self.line is not None:
                self.folder.taken.add(self.line)

    def give_back(self) -> None:
        """Let it wait again. Twice is safe."""
        with self.place.lock:
            if file := self.place.claimed.pop(self.token, None):
                self.place.waiting[self.token] = file


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryBatch:
    """A folder of which nothing is left to take."""

    #: Its id.
    batch: str
    #: Name of its folder.
    name: str = field(repr=False)
    #: What was wrong with its files and its manifest.
    problems: tuple[Problem, ...] = ()
    place: MemoryPlace = field(repr=False)
    folder: _Folder = field(repr=False)

    @property
    def answered(self) -> bool:
        """Whether its feeder was told that it is received."""
        return self.folder.answered

    def note_answered(self) -> None:
        """Remember that its feeder was told. Twice is safe."""
        self.folder.answered = True

    def dismiss(self) -> None:
        """Forget its folder. Twice is safe."""
        with self.place.lock:
            if self.name in self.place.folders and self.place.folders[self.name].batch == self.batch:
                del self.place.folders[self.name]


class MemoryInbox:
    """One watcher of a place in memory."""

    def __init__(
        self,
        place: MemoryPlace,
        feeder: Feeder,
        rules: Rules | None = None,
        *,
        may_claim: Callable[[], bool] = lambda: True,
    ) -> None:
        """Start watching.

        Args:
            place: What to watch.
            feeder: Whose it is.
            rules: What is too large; whether a batch waits for its manifest.
            may_claim: Asked before each claim; False vetoes it.
        """
        self._place = place
        self._feeder = feeder
        self._rules = rules or Rules()
        self._may_claim = may_claim
        self._mine: list[MemoryClaim] = []

    @property
    def feeder(self) -> Feeder:
        """Whose inbox it is."""
        return self._feeder

    def scan(self) -> Iterator[Waiting]:
        """Yield the files that are ready, longest waiting first."""
        with self._place.lock:
            ready = [(token, file) for token, file in self._place.waiting.items() if self._has_begun(file)]
        for token, file in sorted(ready, key=lambda item: item[1].since):
            yield Waiting(place=(token,), file_name=file.name, size=len(file.content), since=file.since)

    def claim(self, waiting: Waiting) -> MemoryClaim | Problem | None:
        """Take a file."""
        if not self._may_claim():
            return None
        (token,) = waiting.place
        with self._place.lock:
            file = self._place.waiting.pop(token, None)
            if file is None:
                return None
            folder = self._alone() if file.folder is None else self._place.folders[file.folder]
            batch = folder.batch
            if len(file.content) > self._rules.largest:
                problem = Problem(code=ProblemCode.TOO_LARGE, file_name=file.name, batch=batch)
                folder.set_aside.append(problem)
                return problem
            self._place.claimed[token] = file
        verdict = judge(file.content, file.name, folder.manifest)
        claim = MemoryClaim(
            arrival=Arrival(feeder=self._feeder, batch=batch, content=file.content, declaration=verdict.declaration),
            sha256=verdict.sha256,
            problems=verdict.reported(batch),
            place=self._place,
            token=token,
            folder=folder,
            line=verdict.line,
        )
        self._mine.append(claim)
        return claim

    def finished(self) -> Iterator[MemoryBatch]:
        """Yield the batches of which every file has been acknowledged."""
        with self._place.lock:
            open_ones = {file.folder for file in (*self._place.waiting.values(), *self._place.claimed.values())}
            if self._place.alone is not None and None not in open_ones:
                self._place.folders[self._place.alone.batch] = self._place.alone
                self._place.alone = None
            over = [(name, folder) for name, folder in self._place.folders.items() if name not in open_ones]
        for name, folder in over:
            problems = tuple(self._problems(folder))
            yield MemoryBatch(batch=folder.batch, name=name, problems=problems, place=self._place, folder=folder)

    def state(self) -> InboxState:
        """Return the gauges."""
        with self._place.lock:
            waiting = list(self._place.waiting.values())
            claimed = len(self._place.claimed)
        oldest = min((file.since for file in waiting), default=None)
        return InboxState(
            depth=len(waiting),
            size=sum(len(file.content) for file in waiting),
            claimed=claimed,
            oldest=None if oldest is None else datetime.now(UTC) - oldest,
        )

    def check(self) -> str:
        """Say what kind of place it is; memory keeps its promises."""
        return "memory"

    def close(self) -> None:
        """Stop watching. What is claimed and not acknowledged is waiting again. Twice is safe."""
        for claim in self._mine:
            claim.give_back()

    def _alone(self) -> _Folder:
        """Return the batch that a file joins which stands alone."""
        self._place.alone = self._place.alone or _Folder(batch=secrets.token_hex(12))
        return self._place.alone

    def _has_begun(self, file: _File) -> bool:
        return (
            file.folder is None
            or not self._rules.needs_manifest
            or self._place.folders[file.folder].manifest is not None
        )

    def _problems(self, folder: _Folder) -> Iterator[Problem]:
        yield from folder.set_aside
        yield from folder.told
        if folder.manifest is not None:
            found = [folder.manifest.line_of(problem.file_name) for problem in folder.set_aside]
            lines = {line for line in found if line is not None}
            yield from folder.manifest.problems(folder.batch)
            yield from folder.manifest.missing(folder.taken | lines, folder.batch)
