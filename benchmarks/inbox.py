"""Ten thousand files from four slow writers while the watcher is killed: lost, doubled, half-written; and how fast."""

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from rich.console import Console
from rich.table import Table

from documents.document import DocumentId
from storage.ledger.interface import Ledger, Listing
from storage.ledger.sql import open_ledger
from verso.bootstrap import build_archive
from verso.settings import Settings, load_settings

_WRITERS: Final = 4
#: Seconds that a writer pauses in the middle of a file: more than the watcher waits between two looks.
_PAUSE: Final = 0.4
#: Of how many files one is written with such a pause; the others are renamed into place, or written in one go.
_SLOW: Final = 25
#: Seconds between two deaths of the watcher, at random.
_LIFE: Final = (1.0, 6.0)
_SIZE: Final = 4_000
_FEEDER: Final = "hospital"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the files."""

    lost: int
    doubled: int
    half_written: int
    left: int
    kills: int
    seconds: float

    @property
    def right(self) -> bool:
        """Whether every file was received once and whole."""
        return not (self.lost or self.doubled or self.half_written or self.left)


def main(argv: Sequence[str]) -> int:
    """Drop, kill, measure, print the figures, and say whether nothing went wrong."""
    parser = argparse.ArgumentParser(prog="bench inbox", description=__doc__)
    parser.add_argument("--files", type=int, default=10_000, help="files dropped under fire")
    parser.add_argument("--timed", type=int, default=1_000, help="files for the speed, without kills")
    parser.add_argument("--seed", type=int, default=7, help="decides contents and deaths")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        outcome = under_fire(Path(folder) / "fire", arguments.files, arguments.seed)
        rate, bare = speeds(Path(folder) / "speed", arguments.timed, arguments.seed + 1)
    show(outcome, rate, bare, arguments.files)
    figures = {
        "files": arguments.files,
        "lost": outcome.lost,
        "doubled": outcome.doubled,
        "half_written": outcome.half_written,
        "left_in_the_inbox": outcome.left,
        "kills": outcome.kills,
        "seconds_under_fire": round(outcome.seconds, 1),
        "files_per_second": round(rate, 1),
        "bare_files_per_second": round(bare, 1),
        "share_of_bare": round(rate / bare, 3),
        "met": outcome.right,
    }
    print(json.dumps(figures))
    return 0 if outcome.right else 1


def under_fire(root: Path, count: int, seed: int) -> Outcome:
    """Drop files slowly from four writers while the watcher dies again and again; say what became of them."""
    settings, environment = installation(root)
    inbox = settings.watched[_FEEDER]
    chance = random.Random(seed)
    started = time.monotonic()
    kills = 0
    with ThreadPoolExecutor(_WRITERS) as pool:
        writing = [pool.submit(write, inbox, part, seed) for part in split(range(count), _WRITERS)]
        while not all(one.done() for one in writing) or waiting(inbox):
            with watcher(environment) as process:
                still_dropping = not all(one.done() for one in writing)
                deadline = time.monotonic() + chance.uniform(*_LIFE)
                while time.monotonic() < deadline or (not still_dropping and waiting(inbox)):
                    time.sleep(0.1)
            process.wait()
            kills += 1
        for one in writing:
            one.result()
    seconds = time.monotonic() - started
    return judged(settings, [content_of(number, seed) for number in range(count)], kills, seconds)


def judged(settings: Settings, contents: Sequence[bytes], kills: int, seconds: float) -> Outcome:
    """Compare what was dropped with what the ledger has: a document's id says which bytes it is made of."""
    archive = build_archive(settings)
    expected = {archive.identify(_FEEDER, content) for content in contents}
    ledger = open_ledger(settings.ledger, lambda: datetime.now(UTC))
    found = list(received(ledger))
    ledger.close()
    return Outcome(
        lost=len(expected.difference(found)),
        doubled=len(found) - len(set(found)),
        half_written=len(set(found) - expected),
        left=waiting(settings.watched[_FEEDER]),
        kills=kills,
        seconds=seconds,
    )


def speeds(root: Path, count: int, seed: int) -> tuple[float, float]:
    """Return files a second of the watcher, and of reading, hashing, sealing and fsyncing the same files alone.

    Halves take turns, so that the machine's moods hit both alike.
    """
    settings, environment = installation(root)
    inbox, bare = settings.watched[_FEEDER], root / "bare"
    bare.mkdir()
    seconds = [0.0, 0.0]
    for part in split(range(count), 4):
        for number in part:
            (bare / f"{number}.txt").write_bytes(content_of(number, seed))
        started = time.perf_counter()
        seal_bare(bare, root / "sealed")
        seconds[1] += time.perf_counter() - started
        hidden = inbox.parent / "hidden"
        hidden.mkdir()
        for number in part:
            (hidden / f"{number}.txt").write_bytes(content_of(number, seed))
        hidden.rename(inbox / f"batch-{part[0]}")
        seconds[0] += taking(inbox / f"batch-{part[0]}", environment)
    return count / seconds[0], count / seconds[1]


def taking(batch: Path, environment: dict[str, str]) -> float:
    """Return the seconds from the first file that a watcher takes of a batch to the last."""
    total = len(list(batch.glob("*.txt")))
    started = 0.0
    with watcher(environment):
        while left := len(list(batch.glob("*.txt"))) if batch.exists() else 0:
            if not started and left < total:
                started = time.perf_counter()
            time.sleep(0.005)
        return time.perf_counter() - started


def seal_bare(source: Path, target: Path) -> None:
    """Read, hash, encipher and store each file, durably, as cheaply as that can be done; then remove it."""
    target.mkdir(exist_ok=True)
    for path in source.iterdir():
        content = path.read_bytes()
        name = hashlib.sha256(content).hexdigest()
        sealed = AESGCM(os.urandom(32)).encrypt(bytes(12), content, None)
        descriptor = os.open(target / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(descriptor, sealed)
        os.fsync(descriptor)
        os.close(descriptor)
        folder = os.open(target, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
        path.unlink()


def installation(root: Path) -> tuple[Settings, dict[str, str]]:
    """Make an installation of its own; return its settings, and the environment in which its processes read them."""
    inbox = root / "inbox"
    inbox.mkdir(parents=True)
    own = {
        "VERSO_HOME": str(root / "home"),
        "VERSO_INBOXES": json.dumps({_FEEDER: str(inbox)}),
        "VERSO_SETTLE_SECONDS": "0.3",
        "VERSO_SCAN_SECONDS": "0.1",
        "VERSO_PATIENCE_SECONDS": "30",
        "VERSO_LEAST_FREE_BYTES": "0",
    }
    environment = {**os.environ, **own}  # noqa: TID251  a child needs PATH and the like
    subprocess.run([sys.executable, "-m", "verso", "status"], env=environment, check=True, stdout=subprocess.DEVNULL)
    return load_settings(home=root / "home", inboxes={_FEEDER: inbox}, least_free_bytes=0), environment


@contextmanager
def watcher(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a watcher, and kill it without warning."""
    process = subprocess.Popen(
        [sys.executable, "-m", "verso", "watcher"], env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def write(inbox: Path, numbers: Sequence[int], seed: int) -> None:
    """Write files as feeders do: renamed into place, in one go, or slowly with a pause in the middle."""
    for number in numbers:
        content, path = content_of(number, seed), inbox / f"{number}.txt"
        if number % _SLOW == 0:
            with path.open("wb", buffering=0) as file:
                file.write(content[: _SIZE // 2])
                time.sleep(_PAUSE)
                file.write(content[_SIZE // 2 :])
        elif number % 2:
            passing = path.with_suffix(".txt.part")
            passing.write_bytes(content)
            passing.rename(path)
        else:
            path.write_bytes(content)


def content_of(number: int, seed: int) -> bytes:
    """Return the content of a file: no two alike."""
    line = f"Compte rendu {seed}-{number:06d}\n".encode()
    return (line * (_SIZE // len(line) + 1))[:_SIZE]


def split(numbers: range, parts: int) -> list[Sequence[int]]:
    """Deal numbers out."""
    return [numbers[place::parts] for place in range(parts)]


def waiting(inbox: Path) -> int:
    """Return how many files are in an inbox, taken and not acknowledged ones among them."""
    return sum(len([name for name in files if name.endswith((".txt", ".part"))]) for _, _, files in os.walk(inbox))


def received(ledger: Ledger) -> Iterator[DocumentId]:
    """Yield the id of every document."""
    listing = Listing(limit=500)
    while page := ledger.list(listing):
        yield from (document.id for document in page)
        listing = Listing(limit=500, after=page[-1].id)


def show(outcome: Outcome, rate: float, bare: float, files: int) -> None:
    """Print the figures for people."""
    table = Table("what", "measured", "goal")
    for what, count in (
        ("lost", outcome.lost),
        ("doubled", outcome.doubled),
        ("taken half-written", outcome.half_written),
        ("left in the inbox", outcome.left),
    ):
        table.add_row(f"{what}, of {files:,}", str(count), "0")
    table.add_row("deaths of the watcher", str(outcome.kills), "")
    table.add_row("files a second, watcher", f"{rate:.0f}", "")
    table.add_row("files a second, bare", f"{bare:.0f}", "")
    Console().print(table)
