"""Everything on one machine by one command: it watches, works, tends its processes and ends them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from documents.stage import Stage
from tests.journeys.installation import Installation


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started and that still live."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def test_up_takes_a_file_in_starts_again_what_dies_and_leaves_nothing_running(installation: Installation) -> None:
    """P23: a dead process does not stop the others, and Ctrl-C ends them all."""
    with (installation.logs / "up").open("ab") as log:
        up = subprocess.Popen(
            [sys.executable, "-m", "verso", "up", "--no-samples"], env=installation.environment, stdout=log, stderr=log
        )
    try:
        installation.wait_until(lambda: len(children_of(up.pid)) == 5)
        first = children_of(up.pid)
        subprocess.run(["kill", "-9", str(first[2])], check=True)
        installation.wait_until(lambda: len(set(children_of(up.pid)) - set(first)) == 1)
        (installation.inbox / "note.txt").write_text("Penser à commander du papier.", encoding="utf-8")
        installation.wait_until(lambda: installation.ledger.counts()[Stage.REVIEW] == 1)
        last = children_of(up.pid)
        # The worker of all lanes gives way to the one that is kept for what a person waits for.
        own = os.getpriority(os.PRIO_PROCESS, 0)
        assert sorted(os.getpriority(os.PRIO_PROCESS, one) - own for one in last) == [0, 0, 0, 0, 5]
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(60)
    assert not any(Path(f"/proc/{pid}").exists() for pid in last)
