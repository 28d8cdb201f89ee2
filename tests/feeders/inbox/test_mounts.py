"""On what kind of file system a folder lies."""

from pathlib import Path

import pytest

from feeders.inbox.mounts import mount_of


@pytest.mark.parametrize(
    ("kind", "network"),
    [("ext4", False), ("xfs", False), ("tmpfs", False), ("nfs4", True), ("cifs", True), ("fuse.sshfs", True)],
)
def test_the_network_is_told_from_the_disk(tmp_path: Path, kind: str, *, network: bool) -> None:
    """P18: leases prove nothing where others write from elsewhere."""
    table = ["/dev/sda / ext4 rw 0 0", f"server:/x {tmp_path} {kind} rw 0 0"]
    (tmp_path / "inbox").mkdir()
    mount = mount_of(tmp_path / "inbox", table)
    assert (mount.kind, mount.is_network) == (kind, network)


def test_the_nearest_and_latest_mount_counts(tmp_path: Path) -> None:
    """Mixed mounts: each folder has its own, and a later mount hides an earlier one."""
    table = [f"a {tmp_path} nfs4 rw 0 0", f"b {tmp_path} ext4 rw 0 0", f"c {tmp_path}x cifs rw 0 0", "d / xfs rw 0 0"]
    assert mount_of(tmp_path, table).kind == "ext4"


def test_blanks_in_mount_points_are_understood(tmp_path: Path) -> None:
    """The kernel writes them as octal numbers."""
    (tmp_path / "night scans").mkdir()
    table = [f"server:/x {tmp_path}/night\\040scans nfs rw 0 0"]
    assert mount_of(tmp_path / "night scans", table).kind == "nfs"


def test_the_kernels_own_table_is_read() -> None:
    """Every system says something about its root."""
    assert mount_of(Path("/")).kind != "unknown"
