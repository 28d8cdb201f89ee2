"""The parent's side of a confined child: starts it when first needed, asks, and survives whatever becomes of it."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from documents.errors import ReaderFailed, ReaderTimedOut, Refused, WrongSetting
from pipelines.confinement import workspace
from pipelines.confinement.channel import Channel, ChannelClosed, ChannelTimedOut, Message
from pipelines.confinement.limits import Layer, Limits


class Confinement:
    """One confined child, kept warm between requests and replaced when it dies.

    Requests from several threads wait for each other. A copy inherited through ``fork`` starts a child of its own.
    A plain child process, because Celery's workers are daemons and may not use `multiprocessing`.
    """

    def __init__(
        self,
        task: str,
        options: Mapping[str, Any],
        *,
        limits: Limits,
        starts_programs: bool = False,
        required: frozenset[Layer] = frozenset(),
    ) -> None:
        """Prepare without starting anything.

        Args:
            task: ``module:function`` that makes the child's `Task`.
            options: What that function is given, a JSON object.
            limits: What the child may use.
            starts_programs: Whether the task works through another program; it then gets a private folder in memory.
            required: Layers without which no child may work.
        """
        self._task = task
        self._options = dict(options)
        self._limits = limits
        self._starts_programs = starts_programs
        self._required = required
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self._owner = os.getpid()
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None
        self._workspace: Path | None = None
        self._held: bytes | None = None
        self._layers: frozenset[Layer] = frozenset()

    @property
    def pid(self) -> int | None:
        """The child's process number while it lives, for whoever watches what it uses."""
        return self._process.pid if self._process is not None and self._owner == os.getpid() else None

    def start(self) -> frozenset[Layer]:
        """Start the child unless it lives; return the layers that confine it.

        Raises:
            ReaderFailed: It does not start.
            ReaderTimedOut: It does not get ready in its time.
            WrongSetting: This host lacks a required layer.
        """
        with self._lock:
            if self._owner != os.getpid():
                self._forget()
            if self._process is not None and self._process.poll() is not None:
                self.close()
            if self._process is None:
                self._spawn()
            return self._layers

    def ask(self, request: Mapping[str, Any], document: bytes) -> Mapping[str, Any]:
        """Ask the child about a document, as `fetch` does, for a JSON object.

        Raises:
            Refused: The child refused the document.
            ReaderFailed: The child died of the request or could not answer it.
            ReaderTimedOut: The child did not answer in its time.
            WrongSetting: This host lacks a required layer.
        """
        answer = self.fetch(request, document)
        if isinstance(answer, bytes):
            raise ReaderFailed("answer")
        return answer

    def fetch(self, request: Mapping[str, Any], document: bytes) -> Mapping[str, Any] | bytes:
        """Ask the child about a document, which is sent only when it is not the one asked about before.

        Raises:
            Refused: The child refused the document.
            ReaderFailed: The child died of the request or could not answer it.
            ReaderTimedOut: The child did not answer in its time.
            WrongSetting: This host lacks a required layer.
        """
        with self._lock:
            self.start()
            sends = document is not self._held
            message = Message(header={"request": request, "holds": sends}, body=document if sends else b"")
            reply = self._exchange(message, self._limits.seconds)
            self._held = document
        if "refused" in reply.header:
            raise _refusal(str(reply.header["refused"]))
        answer = reply.body or reply.header.get("answer")
        if not isinstance(answer, dict | bytes):
            raise ReaderFailed(str(reply.header.get("failed", "no answer"))[:80])
        return answer

    def close(self) -> None:
        """End the child, with all that it started, and what it left in memory. Safe to call twice."""
        with self._lock:
            if self._owner != os.getpid():
                self._forget()
            if self._channel is not None:
                self._channel.close()
            if self._process is not None:
                _kill_group(self._process)
            if self._workspace is not None:
                workspace.remove(self._workspace)
            self._forget()

    def _spawn(self) -> None:
        try:
            self._workspace = workspace.make() if self._starts_programs else None
            ours, theirs = socket.socketpair()
            with theirs:
                self._channel = Channel(ours, self._limits.largest_answer)
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-W", "ignore", "-m", "pipelines.confinement.child"],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    env=self._environment(),
                    start_new_session=True,
                )
        except OSError as error:
            self.close()
            raise ReaderFailed(type(error).__name__) from error
        orders = {
            "task": self._task,
            "options": self._options,
            "limits": self._limits.as_json(),
            "workspace": str(self._workspace or ""),
        }
        ready = self._exchange(Message(header=orders), self._limits.starting_seconds)
        self._layers = frozenset(map(Layer, ready.header["layers"]))
        if not self._required <= self._layers:
            missing = ", ".join(sorted(self._required - self._layers))
            self.close()
            raise WrongSetting(f"confinement lacks {missing}")

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(str(Path(place).absolute()) for place in sys.path),
            # One slot, one core: threads inside a child only fight for the cores of the others.
            "OMP_THREAD_LIMIT": "1",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "TMPDIR": str(self._workspace or "/nonexistent"),
        }

    def _exchange(self, message: Message, seconds: float) -> Message:
        if self._channel is None:
            raise ReaderFailed("not started")
        try:
            self._channel.send(message, seconds)
            return self._channel.receive(seconds)
        except ChannelTimedOut as error:
            self.close()
            raise ReaderTimedOut from error
        except ChannelClosed as error:
            cause = self._cause_of_death()
            self.close()
            raise ReaderFailed(cause) from error

    def _cause_of_death(self) -> str:
        if self._process is None:
            return ""
        try:
            status = self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return "hung up"
        return signal.Signals(-status).name if status < 0 else f"exit {status}"


def _refusal(code: str) -> Refused:
    known = {kind.code: kind for kind in Refused.__subclasses__()}
    return known.get(code, Refused)()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    # A group that ended by itself is no longer there to be ended.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
