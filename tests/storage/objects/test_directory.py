"""Objects in a directory."""

import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from documents.errors import ObjectsUnavailable
from storage.objects.directory import DirectoryObjects
from tests.contracts.objects import ObjectsContract, Reopen

#: Puts an object and is killed in the middle of it: its draft is written, its name not given yet.
WRITER_KILLED_HALF_WAY = """
import os, signal, sys
from pathlib import Path
from storage.objects.directory import DirectoryObjects
os.link = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
DirectoryObjects(Path(sys.argv[1])).put("a/b", b"half")
"""


class TestDirectoryObjects(ObjectsContract):
    """They keep the contract."""

    @pytest.fixture
    def reopen(self, tmp_path: Path) -> Reopen:
        """Give stores over one directory."""
        return lambda: DirectoryObjects(tmp_path / "objects")


def test_keys_are_ordered_as_strings_not_as_paths(tmp_path: Path) -> None:
    """A hyphen and a dot come before the slash: a folder's keys stand where the whole string says."""
    store = DirectoryObjects(tmp_path)
    keys = ["a-b/x", "a.b/x", "a/x", "ab/c-d", "ab/c/d", "ab0/z", "b", "b-2"]
    for key in reversed(keys):
        store.put(key, b"")
    assert list(store.keys()) == sorted(keys) == keys


@pytest.fixture
def root_with_a_dead_writers_draft(tmp_path: Path) -> Path:
    """Give a store whose writer was killed by SIGKILL between writing and naming."""
    killed = subprocess.run([sys.executable, "-c", WRITER_KILLED_HALF_WAY, str(tmp_path)], check=False)
    assert killed.returncode == -9
    return tmp_path


def drafts(root: Path) -> list[Path]:
    """Return the drafts under a root."""
    return list((root / "~drafts").iterdir())


def test_a_writer_killed_half_way_leaves_nothing_under_the_key(root_with_a_dead_writers_draft: Path) -> None:
    """P1: its draft is no object, and the key is free for the next try."""
    store = DirectoryObjects(root_with_a_dead_writers_draft)
    assert len(drafts(root_with_a_dead_writers_draft)) == 1
    assert list(store.keys()) == []
    assert store.put("a/b", b"whole")
    assert store.get("a/b") == b"whole"


def test_drafts_without_a_writer_are_swept_away(root_with_a_dead_writers_draft: Path) -> None:
    """An old draft goes when the store is next opened; a young one may be somebody's work."""
    (draft,) = drafts(root_with_a_dead_writers_draft)
    DirectoryObjects(root_with_a_dead_writers_draft)
    assert draft.exists()
    two_hours_ago = time.time() - 7200
    os.utime(draft, (two_hours_ago, two_hours_ago))
    DirectoryObjects(root_with_a_dead_writers_draft)
    assert not draft.exists()


def test_nobody_else_on_the_machine_may_look(tmp_path: Path) -> None:
    """Folders are 0700 and files 0600, whatever the mask of the process."""
    before = os.umask(0)
    try:
        DirectoryObjects(tmp_path / "objects").put("a/b/c", b"sealed")
    finally:
        os.umask(before)
    found = [tmp_path / "objects", *(tmp_path / "objects").rglob("*")]
    rights = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in found}
    assert rights == {(True, 0o700), (False, 0o600)}


def test_bytes_and_names_are_durable_before_put_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P2: the file is synced before it gets its name, and every folder on the way after."""
    acts: list[str] = []
    sync, link = os.fsync, os.link

    def noted_sync(handle: int) -> None:
        place = Path(f"/proc/self/fd/{handle}").readlink()
        acts.append(f"sync {place.relative_to(tmp_path)}")
        sync(handle)

    def noted_link(source: Path, target: Path) -> None:
        acts.append("link")
        link(source, target)

    store = DirectoryObjects(tmp_path)
    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(os, "link", noted_link)
    store.put("a/b", b"body")
    assert acts[:2] == ["sync .", acts[1]]
    assert acts[1].startswith("sync ~drafts/")
    assert acts[2:] == ["link", "sync a"]


def test_a_full_disk_is_the_worlds_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P3: it is tried again later, and nothing is left behind meanwhile."""
    store = DirectoryObjects(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "secret-name"))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ObjectsUnavailable) as raised:
        store.put("a", b"body")
    assert "secret-name" not in str(raised.value)
    assert drafts(tmp_path) == []
    assert list(store.keys()) == []


def test_a_folder_that_somebody_removed_is_made_again(tmp_path: Path) -> None:
    """What this process remembers of the folders never stands in its way."""
    store = DirectoryObjects(tmp_path)
    store.put("a/b/c", b"one")
    store.delete("a/b/c")
    (tmp_path / "a" / "b").rmdir()
    (tmp_path / "a").rmdir()
    assert store.put("a/b/c", b"other")
    assert store.get("a/b/c") == b"other"


def test_a_file_in_the_way_is_the_worlds_fault(tmp_path: Path) -> None:
    """One key cannot be another's folder here: said at once, not stored elsewhere."""
    store = DirectoryObjects(tmp_path)
    store.put("a", b"file")
    with pytest.raises(ObjectsUnavailable):
        store.put("a/b", b"below")
