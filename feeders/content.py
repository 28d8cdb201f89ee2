"""Reads a file's bytes only when it is an ordinary file of its own, small enough, and the same before and after."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from feeders.problem import ProblemCode

#: Never follows a link; never waits for the other end of a fifo or a device.
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class Changed(Exception):
    """The file changed while it was being read. Let it settle and read it again."""


def fault(status: os.stat_result, largest: int, *, alone: bool = True) -> ProblemCode | None:
    """Return why a file must not be read, or None.

    Args:
        status: What is known of it.
        largest: Most bytes that are read.
        alone: Whether a file with a second name is refused: who can write in a folder of ours could by a hard link
            make us read, and then remove, what he cannot read himself.
    """
    if stat.S_ISLNK(status.st_mode):
        return ProblemCode.SYMBOLIC_LINK
    if stat.S_ISDIR(status.st_mode):
        return ProblemCode.CLOSED_FOLDER
    if not stat.S_ISREG(status.st_mode):
        return ProblemCode.NOT_A_FILE
    if alone and status.st_nlink > 1:
        return ProblemCode.HARD_LINK
    if status.st_size > largest:
        return ProblemCode.TOO_LARGE
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """A file that is open, read here and there: see `feeders.ending.Readable`."""

    descriptor: int

    @property
    def size(self) -> int:
        """Its size now, in bytes."""
        return os.fstat(self.descriptor).st_size

    def read(self, length: int, at: int) -> bytes:
        """Return so many bytes from a place on, fewer at its end."""
        return os.pread(self.descriptor, length, at)


@contextmanager
def opened_file(name: str, folder: int) -> Iterator[int]:
    """Open something for reading without following or waiting; give its descriptor.

    Raises:
        OSError: It is a link, is gone, or may not be read.
    """
    descriptor = os.open(name, _READ, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read(name: str, folder: int, largest: int, *, alone: bool = True) -> bytes | ProblemCode:
    """Return a file's bytes, or why they must not be read.

    Args:
        name: Its name, in the folder.
        folder: Descriptor of its folder.
        largest: Most bytes that are read.
        alone: Whether a file with a second name is refused.

    Raises:
        Changed: It was written to meanwhile.
        FileNotFoundError: It is gone.
    """
    # Looked at before it is opened: opening a device can do things by itself.
    found = fault(os.stat(name, dir_fd=folder, follow_symlinks=False), largest, alone=alone)
    if found is not None:
        return found
    try:
        with opened_file(name, folder) as descriptor:
            return _read_whole(descriptor, largest, alone=alone)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return ProblemCode.SYMBOLIC_LINK
        if error.errno in {errno.EACCES, errno.EPERM, errno.ENXIO, errno.EIO}:
            return ProblemCode.UNREADABLE
        raise


def _read_whole(descriptor: int, largest: int, *, alone: bool) -> bytes | ProblemCode:
    before = os.fstat(descriptor)
    found = fault(before, largest, alone=alone)
    if found is not None:
        return found
    with os.fdopen(descriptor, "rb", closefd=False) as file:
        content = file.read(before.st_size + 1)
    after = os.fstat(descriptor)
    if len(content) != before.st_size or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        raise Changed
    return content
