"""What every process of Verso forbids itself at its start: keys and papers in its memory are nobody else's."""

import ctypes
import resource
from typing import Final

#: prctl(2): whether the kernel may write this process's memory down, and other processes of the same user read it.
_PR_SET_DUMPABLE: Final = 4


def forbid_dumps() -> None:
    """Keep this process's memory, and that of its children, out of core dumps. What it executes has to do it again.

    Two locks: where the kernel pipes dumps to a program, it heeds no limit (core(5)), only the second.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
