"""Verso's processes, each in a group of its own: killed by the soak, started again like a container's."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

#: Seconds between two looks at what has ended, as a container's supervisor waits before it starts one again.
_PAUSE: Final = 1.0
#: Seconds within which a process that was just started has children.
_BIRTH: Final = 15.0


class Processes:
    """A few processes of Verso, kept running."""

    def __init__(self, verbs: Mapping[str, Sequence[str]], environment: Mapping[str, str], folder: Path) -> None:
        """Start each, with its log in a folder.

        Args:
            verbs: The words of each, by its name.
            environment: What they read their settings from.
            folder: Where the logs go, and the file by which their clocks are stepped.
        """
        self._verbs = verbs
        self._environment = dict(environment)
        self._folder = folder
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._running = {name: self._start(name) for name in verbs}
        #: How often one ended without having been killed.
        self.ended_by_themselves = 0
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)
        self._keeper.start()

    def kill(self, name: str) -> None:
        """Kill one with all its children, without warning; it is started again."""
        with self._lock:
            self._kill(self._running[name])
            self._running[name] = self._start(name)

    def kill_child(self, name: str, draw: float) -> bool:
        """Kill one of its children or their confined readers, by lot; tell whether there was any, or came soon."""
        deadline = time.monotonic() + _BIRTH
        while time.monotonic() < deadline:
            with self._lock:
                found = _descendants(self._running[name].pid)
                # One that has just ended by itself is no victim.
                with suppress(ProcessLookupError):
                    if found:
                        os.kill(found[min(int(draw * len(found)), len(found) - 1)], signal.SIGKILL)
                        return True
            time.sleep(0.2)
        return False

    def step_clock(self, seconds: float) -> None:
        """Set every process's clock wrong by so much."""
        (self._folder / "clock").write_text(str(seconds), encoding="ascii")

    def end(self) -> None:
        """Ask all to finish, then kill what does not."""
        self._over.set()
        self._keeper.join()
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                self._kill(process)

    def _keep(self) -> None:
        while not self._over.wait(_PAUSE):
            with self._lock:
                for name, process in self._running.items():
                    if process.poll() is not None:
                        self.ended_by_themselves += 1
                        self._running[name] = self._start(name)

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "benchmarks.soak.clocked", str(self._folder / "clock"), *self._verbs[name]],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @staticmethod
    def _kill(process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _descendants(pid: int) -> list[int]:
    """Return the processes beneath one, in the order of their numbers."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, left = [], [pid]
    while left:
        children = parents.get(left.pop(), [])
        found += children
        left += children
    return sorted(found)
