"""Sees whether somebody has a file open for writing, where the kernel tells: by asking for a lease on it.

A read lease is refused with EAGAIN while the file is open for writing anywhere on this machine (fcntl(2), F_SETLEASE).
"""

import errno
import fcntl
import signal


def is_being_written(descriptor: int) -> bool:
    """Tell whether a file is open for writing somewhere. False when the kernel will not say.

    Args:
        descriptor: The file, open for reading only.
    """
    try:
        # A writer that comes while we hold the lease makes the kernel signal us. SIGIO, the default, would end the
        # process; SIGURG is ignored unless somebody asked for it.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    return False
