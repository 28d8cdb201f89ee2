"""A small disk for the object store, that can be filled: a file system in memory, or honestly none."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """Where the object store keeps everything."""

    folder: Path
    #: Whether it is small enough to be filled: that needs the right to mount.
    small: bool

    @classmethod
    @contextmanager
    def of(cls, folder: Path, megabytes: int) -> Iterator[Self]:
        """Give a disk of a size at a folder; an ordinary folder where mounting is not allowed."""
        folder.mkdir()
        options = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tmpfs", str(folder)]
        try:
            subprocess.run(["mount", *options], check=False, capture_output=True)
            yield cls(folder=folder, small=folder.is_mount())
        finally:
            # Asked of the system: a signal may have come between the mounting and whoever would have noted it.
            if folder.is_mount():
                subprocess.run(["umount", "--lazy", str(folder)], check=False, capture_output=True)

    def fill(self) -> None:
        """Leave no byte free."""
        # What a buffer held back would fail once more as the file is closed.
        with (self.folder / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            while ballast.write(bytes(1 << 20)):
                pass

    def empty(self) -> None:
        """Give the room back."""
        (self.folder / "ballast").unlink(missing_ok=True)
