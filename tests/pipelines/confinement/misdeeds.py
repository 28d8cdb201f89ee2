"""What a parser that was taken over would try: a task for the confined child that does as it is asked."""

import os
import resource
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from documents.errors import DamagedFile


class Misdeeds:
    """Does what each request names and tells whether it was let."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        """Know where not to go."""
        self._forbidden = Path(options.get("forbidden", "/etc/passwd"))
        self._document = b""
        self.held = 0

    def hold(self, document: bytes) -> None:
        """Keep a document, and count."""
        self._document = document
        self.held += 1

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do what is asked."""
        deed: Callable[[], object] = getattr(self, request["deed"])
        try:
            return {"done": deed()}
        except (OSError, MemoryError) as error:
            return {"refused": type(error).__name__}

    def length(self) -> int:
        """Count the document's bytes."""
        return len(self._document)

    def times_held(self) -> int:
        """Count the documents held."""
        return self.held

    def refuse(self) -> None:
        """Blame the document."""
        raise DamagedFile

    def stumble(self) -> None:
        """Fail as a library does, quoting the document."""
        raise ValueError(self._document.decode())

    def die(self) -> None:
        """Abort as pdfium does."""
        os.abort()

    def hang(self) -> None:
        """Wait for ever."""
        time.sleep(600)

    def spin(self) -> None:
        """Burn the processor."""
        while True:
            pass

    def read(self) -> int:
        """Read a file."""
        return len(self._forbidden.read_bytes())

    def write(self) -> int:
        """Write a file."""
        return Path("/dev/shm/verso-misdeed").write_bytes(b"x")  # noqa: S108  where it must not succeed

    def connect(self) -> None:
        """Open a socket."""
        socket.socket().close()

    def execute(self) -> None:
        """Start a program."""
        subprocess.run(["true"], check=True)

    def fork(self) -> None:
        """Make another process."""
        if os.fork() == 0:
            os._exit(0)

    def gorge(self) -> int:
        """Take more memory than allowed."""
        return len(bytearray(8 << 30))

    def threads(self) -> str:
        """Tell how many threads libraries may use."""
        return os.environ["OMP_THREAD_LIMIT"]  # noqa: TID251  the child's own environment is what is tested

    def core(self) -> int:
        """Tell how large a core dump may be."""
        return resource.getrlimit(resource.RLIMIT_CORE)[0]

    def pid(self) -> int:
        """Tell its number."""
        return os.getpid()


def make(options: Mapping[str, Any]) -> Misdeeds:
    """Make the task."""
    return Misdeeds(options)
