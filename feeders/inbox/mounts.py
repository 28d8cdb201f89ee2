"""Tells on what kind of file system a folder lies: on a network nobody is told of changes, and leases prove nothing."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_NETWORK: Final = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb2",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "glusterfs",
        "lustre",
        "gfs2",
        "ocfs2",
        "davfs",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """A mounted file system."""

    point: Path
    #: As the kernel calls it, e.g. ``ext4``, ``nfs4``, ``fuse.sshfs``.
    kind: str

    @property
    def is_network(self) -> bool:
        """Whether others may change it from elsewhere. File systems in user space are taken to be such."""
        return self.kind in _NETWORK or self.kind.startswith("fuse")


def mount_of(folder: Path, table: Iterable[str] | None = None) -> Mount:
    """Return the mount that a folder lies on.

    Args:
        folder: The folder; must exist.
        table: Lines as in `/proc/mounts`; that file when None.

    Raises:
        OSError: The folder does not exist, or the table cannot be read.
    """
    real = folder.resolve(strict=True)
    lines = Path("/proc/mounts").read_text("utf-8", "surrogateescape").splitlines() if table is None else table
    found = Mount(point=Path("/"), kind="unknown")
    for line in lines:
        _, point, kind, *_ = line.split(" ")
        mount = Mount(point=Path(_unescaped(point)), kind=kind)
        # Later lines hide earlier ones that are mounted on the same point.
        if real.is_relative_to(mount.point) and len(mount.point.parts) >= len(found.point.parts):
            found = mount
    return found


def _unescaped(field: str) -> str:
    """Undo the kernel's octal escapes of blanks in a mount point (fstab(5))."""
    for escape, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(escape, character)
    return os.fspath(field)
