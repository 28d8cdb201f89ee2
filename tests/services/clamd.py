"""A real antivirus for the tests: Debian's clamd with a signature of its own, on a socket and a free port."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from documents.errors import AntivirusUnavailable
from pipelines.antivirus.clamd import Clamd
from tests.services.ports import free_ports

#: What the tests' database takes for a virus: a file of its own, and a word in any file.
VIRUS: Final = b"a file that is a virus to the tests, and to nobody else\n"
WORD: Final = b"verso-test-virus-word"
#: The test file of the antivirus makers, which does nothing (https://www.eicar.org/download-anti-malware-testfile/); in
#: two halves, so that no antivirus takes this module for one.
EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
#: Most bytes of a file that the daemon takes.
LARGEST: Final = 8 * 2**20
_PATIENCE: Final = 60.0
_CONFIGURATION: Final = """
StreamMaxLength 8M
MaxFileSize 4M
MaxScanSize 16M
AlertExceedsMax yes
"""
_OUR_OWN: Final = """
DatabaseDirectory {folder}
TemporaryDirectory {folder}
LocalSocket {folder}/clamd.ctl
TCPSocket {port}
TCPAddr 127.0.0.1
Foreground yes
LogFile {folder}/log
"""


@dataclass(slots=True)
class Daemon:
    """A daemon that can be killed and started again."""

    folder: Path
    port: int
    _process: subprocess.Popen[bytes] | None = None

    @property
    def by_tcp(self) -> str:
        """Its URL on the network."""
        return f"tcp://127.0.0.1:{self.port}"

    @property
    def by_socket(self) -> str:
        """Its URL on this machine."""
        return f"unix://{self.folder}/clamd.ctl"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        program = shutil.which("clamd") or "/usr/sbin/clamd"
        assert Path(program).exists(), "clamd is not installed: apt-get install clamav-daemon"
        self._process = subprocess.Popen(
            [program, f"--config-file={self.folder}/clamd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                Clamd.at(self.by_tcp, "").check()
            except AntivirusUnavailable:
                assert self._process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < deadline, "clamd did not start"
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """End it without warning."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def running_clamd(configuration: str = _CONFIGURATION) -> Iterator[Daemon]:
    """Run a daemon that knows three signatures, made by hand: nothing is fetched from anywhere.

    Args:
        configuration: How it is set up; where it listens and what it reads is the tests' own.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # As root it would give its rights up to nobody's, who must then read all this.
        os.chmod(folder, 0o755)  # noqa: PTH101, S103
        (port,) = free_ports(1)
        (folder / "tests.hdb").write_text(
            f"{hashlib.md5(VIRUS, usedforsecurity=False).hexdigest()}:{len(VIRUS)}:Tests.File\n"
        )
        (folder / "tests.ndb").write_text(f"Tests.Word:0:*:{WORD.hex()}\nTests.Eicar:0:*:{EICAR.hex()}\n")
        (folder / "clamd.conf").write_text(_of_the_tests(configuration, folder, port))
        daemon = Daemon(folder=folder, port=port)
        daemon.start()
        try:
            yield daemon
        finally:
            daemon.kill()


def _of_the_tests(configuration: str, folder: Path, port: int) -> str:
    """Return a configuration with the tests' own folder and port in the place of its own."""
    own = _OUR_OWN.format(folder=folder, port=port)
    names = {line.split()[0] for line in own.split("\n") if line}
    kept = [line for line in configuration.splitlines() if line and line.split()[0] not in names]
    return "\n".join(kept) + own
