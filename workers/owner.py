"""Who holds a claim: a process of a host, named so that its death can be seen from another process there."""

import os
import socket
from pathlib import Path


def this_owner() -> str:
    """Return this process's name as owner of claims: host, process id and the tick at which it started."""
    pid = os.getpid()
    return f"{socket.gethostname()}/{pid}/{_started(pid)}"


def may_live(owner: str) -> bool:
    """Tell whether an owner may still be alive: False only where its death is certain.

    A process id alone proves nothing, since the system uses it again; with its start time it does.
    """
    host, pid, started = owner.rsplit("/", 2)
    return host != socket.gethostname() or _started(int(pid)) == started


def _started(pid: int) -> str:
    """Return the tick since boot at which a process started (proc(5), field 22 of stat), or nothing if it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    after_name = stat.rpartition(")")[2].split()
    return "" if after_name[0] == "Z" else after_name[19]
