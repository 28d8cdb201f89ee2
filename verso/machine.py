"""What this machine lets one process use."""

import os
from pathlib import Path


def usable_cores() -> int:
    """Return how many cores this process may use: its affinity, cut by the cgroup's quota (P19)."""
    cores = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
    except (OSError, ValueError):
        return cores
    return cores if quota == "max" else max(1, min(cores, int(quota) // int(period)))
