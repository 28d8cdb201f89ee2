"""Supervising: starts the processes of an installation, starts again what dies, ends them all together."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import structlog

_log = structlog.get_logger(__name__)

#: prctl(2): the signal that a process gets when its parent dies.
_PR_SET_PDEATHSIG = 1
#: Seconds that a process has to hand its work back before it is killed.
_GRACE = 20.0


class Company:
    """A few processes of this program that live and die together."""

    def __init__(self, verbs: Sequence[str], environment: Mapping[str, str], log: IO[bytes] | None = None) -> None:
        """Start one process for each verb.

        Args:
            verbs: Commands of `verso`, such as ``worker``, with their options.
            environment: What the processes read their settings from.
            log: Where they write their logs; this process's standard error when None.
        """
        self._environment = dict(environment)
        self._log = log
        self._processes = {verb: self._start(verb) for verb in verbs}

    def tend(self) -> None:
        """Start again every process that has ended."""
        for verb, process in self._processes.items():
            if process.poll() is not None:
                _log.warning("process-ended", name=verb, exit_code=process.returncode)
                self._processes[verb] = self._start(verb)

    def pid(self, verb: str) -> int:
        """Return the process id of a member."""
        return self._processes[verb].pid

    def end(self) -> None:
        """Ask every process to finish, then kill those that do not."""
        for process in self._processes.values():
            process.terminate()
        deadline = time.monotonic() + _GRACE
        for process in self._processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _start(self, verb: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  our own program, with words of our own
            [sys.executable, "-m", "verso", *verb.split(), "--with-parent"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )


@contextmanager
def company(verbs: Sequence[str], environment: Mapping[str, str], log: Path | None = None) -> Iterator[Company]:
    """Run processes for as long as the block lasts; their logs are appended to a file, if one is given."""
    with ExitStack() as stack:
        file = stack.enter_context(_private(log)) if log else None
        members = Company(verbs, environment, file)
        try:
            yield members
        finally:
            members.end()


def die_with_parent() -> None:
    """Ask the system to end this process with SIGTERM when the one that started it dies."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _private(path: Path) -> IO[bytes]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")
