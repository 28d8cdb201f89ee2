"""A soak that is told to end before its time leaves nothing behind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT

#: Seconds within which it has its disk, and within which it is gone.
_PATIENCE = 60.0


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Give a temporary folder that PostgreSQL's own user may enter."""
    with tempfile.TemporaryDirectory(prefix="verso-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def wait_for(pattern: str, folder: Path) -> Path:
    """Wait until there is something of that name."""
    deadline = time.monotonic() + _PATIENCE
    while not (found := next(folder.glob(pattern), None)):
        assert time.monotonic() < deadline, "the soak did not get on"
        time.sleep(0.02)
    return found


def test_a_soak_that_is_told_to_end_takes_its_disk_and_its_servers_along(temporary: Path) -> None:
    """A supervisor's SIGTERM, as Ctrl-C: the disk in memory is unmounted, servers are ended, folders are removed."""
    environment = {**os.environ, "TMPDIR": str(temporary)}  # noqa: TID251  a child of a test needs PATH and the like
    soak = [sys.executable, "-m", "benchmarks.soak", "--minutes", "1"]
    with subprocess.Popen(soak, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        cluster = wait_for("verso-*/.s.PGSQL.5432", temporary).parent / "data"
        server = int((cluster / "postmaster.pid").read_text().split()[0])
        process.terminate()
        assert process.wait(_PATIENCE) == 128 + signal.SIGTERM
    assert str(temporary) not in Path("/proc/mounts").read_text()
    assert not Path(f"/proc/{server}").exists()
    assert list(temporary.iterdir()) == []
