"""A private folder in memory for an engine that is another program: what it writes never reaches a disk."""

import os
import shutil
import tempfile
from pathlib import Path

_PREFIX = "verso-reading-"
_MEMORY = Path("/dev/shm")  # noqa: S108  the one place of a Linux system that is memory by definition


def make() -> Path:
    """Make a folder that only this user can enter, after removing those whose owner was killed.

    Raises:
        OSError: The system offers no folder in memory.
    """
    _remove_abandoned()
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_MEMORY))


def remove(folder: Path) -> None:
    """Remove a folder and all that was left in it."""
    shutil.rmtree(folder, ignore_errors=True)


def _remove_abandoned() -> None:
    for folder in _MEMORY.glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if not Path("/proc", owner).exists():
            remove(folder)
