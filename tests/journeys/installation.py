"""An installation of its own for a journey: a home, real processes that can be killed, and the ledger to look into."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from documents.document import Document
from documents.stage import SETTLED
from storage.ledger.interface import Listing
from storage.ledger.sql import SqlLedger, open_ledger

#: Seconds after which a journey has failed rather than being slow.
_PATIENCE = 120.0
#: Seconds after which one that was asked to finish never will.
_ENDING = 60.0


@dataclass
class Installation:
    """Verso on one machine, everything below one folder; embedded back ends unless the settings say otherwise."""

    root: Path
    #: Settings beside the home, without their prefix.
    settings: dict[str, str] = field(default_factory=dict)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the folders."""
        for folder in (self.inbox, self.temporary, self.logs):
            folder.mkdir(parents=True)

    @property
    def home(self) -> Path:
        """Where the state rests."""
        return self.root / "home"

    @property
    def inbox(self) -> Path:
        """The hospital's folder."""
        return self.root / "inbox"

    @property
    def outbox(self) -> Path:
        """The hospital's answers."""
        return self.home / "outbox" / "hospital"

    @property
    def temporary(self) -> Path:
        """The temporary folder of every process."""
        return self.root / "tmp"

    @property
    def logs(self) -> Path:
        """What the processes printed."""
        return self.root / "logs"

    @cached_property
    def ledger(self) -> SqlLedger:
        """The ledger, opened for looking."""
        url = self.settings.get("LEDGER_URL", f"sqlite:///{self.home / 'ledger.db'}")
        return open_ledger(url, lambda: datetime.now(UTC))

    @property
    def environment(self) -> dict[str, str]:
        """What the processes read their settings from."""
        own = {
            "HOME": str(self.home),
            "INBOXES": f'{{"hospital": "{self.inbox}"}}',
            "SETTLE_SECONDS": "0.3",
            "SCAN_SECONDS": "0.1",
            "PATIENCE_SECONDS": "1",
            "COURIER_SECONDS": "0.1",
            # Each slot starts confined children of its own, most of what a journey costs: those about pools have more.
            "SLOTS": "1",
            "WEB_PORT": "0",
            **self.settings,
        }
        return {
            **os.environ,  # noqa: TID251  a child of a test needs PATH and the like
            **{f"VERSO_{name}": value for name, value in own.items()},
            "TMPDIR": str(self.temporary),
        }

    def start(self, *verbs: str, tree: Path | None = None) -> None:
        """Start processes in the background, each in a group of its own; of another tree's code, where one is given."""
        for verb in verbs:
            name = f"{tree.name} {verb}" if tree else verb
            with (self.logs / name).open("ab") as log:
                self._running[name] = subprocess.Popen(
                    [sys.executable, "-m", "verso", verb],
                    env=self.environment | ({"PYTHONPATH": str(tree)} if tree else {}),
                    cwd=tree,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )

    def kill(self, *verbs: str) -> None:
        """Kill processes with all their children, without warning."""
        for verb in verbs:
            process = self._running.pop(verb)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def stop(self, verb: str) -> int:
        """Ask one process to finish; return its exit code."""
        process = self._running.pop(verb)
        process.terminate()
        return process.wait(_ENDING)

    def ended(self) -> list[str]:
        """Return the processes that ended without having been asked to."""
        return [verb for verb, process in self._running.items() if process.poll() is not None]

    def log(self, verb: str) -> str:
        """Return what a process printed."""
        return (self.logs / verb).read_text(encoding="utf-8")

    def end(self) -> None:
        """Ask what still runs to finish."""
        for process in self._running.values():
            process.terminate()
        for verb, process in list(self._running.items()):
            try:
                process.wait(_ENDING)
            except subprocess.TimeoutExpired:
                self.kill(verb)
        self._running.clear()
        self.ledger.close()

    def command(self, *words: str, feed: str = "") -> subprocess.CompletedProcess[str]:
        """Run a verb to its end and return what it printed."""
        return subprocess.run(
            [sys.executable, "-m", "verso", *words],
            env=self.environment,
            input=feed,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )

    def documents(self) -> list[Document]:
        """Return every document."""
        return list(self.ledger.list(Listing(limit=1000)))

    def settled(self) -> int:
        """Return how many documents nothing more happens to."""
        counts = self.ledger.counts()
        return sum(counts.get(stage, 0) for stage in SETTLED)

    def wait_until(self, reached: Callable[[], bool]) -> None:
        """Wait for something to come true."""
        deadline = time.monotonic() + _PATIENCE
        while not reached():
            assert time.monotonic() < deadline, "the journey did not get on"
            time.sleep(0.1)
