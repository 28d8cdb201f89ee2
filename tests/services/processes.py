"""Processes of the tests."""

import faulthandler
import os
import shutil
import signal
import warnings
from collections.abc import Callable
from typing import Final

#: Seconds after which a child that hangs says where, and ends.
_PATIENCE: Final = 60
#: How often it is tried: what a thread of the test program, of which there are many, had locked when the child was made
#: stays locked in it for ever. A worker is made by a process with hardly any, and replaced when it does not come up.
_TRIES: Final = 2


def dying_with_us() -> list[str]:
    """Return the words that let the kernel kill a server when the tests are killed."""
    return ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


def stop(process: int) -> None:
    """Stop a child of ours where it stands, until it is told to go on.

    A signal is taken by one thread, for which the system has to find time; until then the others work.
    """
    os.kill(process, signal.SIGSTOP)
    os.waitid(os.P_PID, process, os.WSTOPPED)


def in_a_child(work: Callable[[], bytes]) -> bytes:
    """Return what work gives in a child made by ``fork``, nothing if it failed there or always hung."""
    found = b""
    for _ in range(_TRIES):
        found, status = _forked(work)
        if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGALRM:
            break
    return found


def _forked(work: Callable[[], bytes]) -> tuple[bytes, int]:
    """Return what work gives in a child, and how the child ended."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # Newer Pythons warn where there are threads; a pool of workers forks all the same.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            faulthandler.register(signal.SIGALRM, file=2, chain=True)
            signal.alarm(_PATIENCE)
            os.write(writer, work())
        finally:
            # Without the endings of the test program.
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        found = answer.read()
    _, status = os.waitpid(child, 0)
    return found, status
