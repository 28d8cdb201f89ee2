"""What every process of Verso forbids itself at its start: keys and papers in its memory are nobody else's."""

import ctypes
import resource
from typing import Final

#: prctl(2): whether the kernel may write this process's memory down, and other processes of the same user read it.
_PR_SET_DUMPABLE: Final = 4


#: mallopt(3): from which size on memory is given back to the system when it is freed, and among how many heaps threads
#: share the rest.
_M_MMAP_THRESHOLD: Final = -3
_M_ARENA_MAX: Final = -8
_LARGE: Final = 64 * 2**10
_HEAPS: Final = 2


def keep_memory_flat() -> None:
    """Give large buffers back to the system as soon as they are freed, where the C library can be told so (glibc).

    Left to itself it raises the size from which it does to that of the largest buffer so far, and keeps a heap for each
    thread: a process that handles many large files at once then holds on to several times what it uses.
    """
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_M_ARENA_MAX, _HEAPS)


def forbid_dumps() -> None:
    """Keep this process's memory, and that of its children, out of core dumps. What it executes has to do it again.

    Two locks: where the kernel pipes dumps to a program, it heeds no limit (core(5)), only the second.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
