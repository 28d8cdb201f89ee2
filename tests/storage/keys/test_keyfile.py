"""Master keys in a file."""

import base64
import json
import os
import stat
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from documents.errors import KeysUnavailable, Tampered, WrongSetting
from storage.keys.generations import Generations
from storage.keys.interface import MasterKeys
from storage.keys.keyfile import KeyFile, create, write
from tests.contracts.keys import MasterKeysContract, Reopen, RetiringContract


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give a key file."""
    create(tmp_path / "keys.json")
    return tmp_path / "keys.json"


class TestKeyFile(MasterKeysContract, RetiringContract):
    """It keeps the contract."""

    @pytest.fixture
    def reopen(self, path: Path) -> Reopen:
        """Give keepers over one file."""
        return lambda: KeyFile(path)

    @pytest.fixture
    def stranger(self, tmp_path: Path) -> MasterKeys:
        """Give a keeper of other keys."""
        create(tmp_path / "stranger.json")
        return KeyFile(tmp_path / "stranger.json")


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    """The file is 0600 and its new folder 0700, whatever the mask of the process."""
    before = os.umask(0)
    try:
        create(tmp_path / "secrets" / "keys.json")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "secrets" / "keys.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700
    assert [entry.name for entry in (tmp_path / "secrets").iterdir()] == ["keys.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601, 0o644])
def test_a_file_that_others_may_read_is_refused(path: Path, mode: int) -> None:
    """P13: a key that others can reach protects nothing."""
    path.chmod(mode)
    with pytest.raises(WrongSetting):
        KeyFile(path)


def test_a_file_of_somebody_else_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who owns the file can replace the keys."""
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(WrongSetting):
        KeyFile(path)


def test_a_missing_file_is_a_wrong_setting(tmp_path: Path) -> None:
    """It is never made on the way: new keys open nothing that rests."""
    with pytest.raises(WrongSetting):
        KeyFile(tmp_path / "none.json")
    assert not (tmp_path / "none.json").exists()


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    """A folder is a wrong setting, and a pipe to which nobody writes does not hang the start."""
    (tmp_path / "folder").mkdir(mode=0o700)
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(WrongSetting):
        KeyFile(tmp_path / "folder")
    with pytest.raises(WrongSetting):
        KeyFile(tmp_path / "pipe")


def test_an_existing_file_is_never_replaced(path: Path) -> None:
    """What the old keys wrapped would be lost."""
    before = path.read_bytes()
    with pytest.raises(WrongSetting):
        create(path)
    assert path.read_bytes() == before


def test_a_running_process_wraps_with_a_master_that_was_added_meanwhile(path: Path) -> None:
    """Workers go on while masters are replaced: none is left behind with the old one."""
    worker = KeyFile(path)
    before = worker.wrap(bytes(32), b"x")
    name = KeyFile(path).rotate()
    assert worker.master_of(worker.wrap(bytes(32), b"x")) == name != worker.master_of(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_processes_that_replace_the_master_at_once_lose_none(path: Path) -> None:
    """Each adds its own to what the other wrote."""
    with ThreadPoolExecutor(4) as pool:
        names = list(pool.map(lambda _: KeyFile(path).rotate(), range(4)))
    assert set(names) <= set(KeyFile(path).masters())
    assert len(KeyFile(path).masters()) == 5


def test_a_place_that_cannot_be_written_is_the_worlds_fault(path: Path) -> None:
    """The file system's own error stops here."""
    with pytest.raises(KeysUnavailable):
        create(path / "below-a-file" / "keys.json")


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"nonsense", b"\xff", b'{"format": "verso keys 2"}'])
def test_a_damaged_file_is_refused_without_quoting_it(path: Path, damage: bytes) -> None:
    """Half a key file is no key file."""
    path.write_bytes(damage)
    with pytest.raises(WrongSetting):
        KeyFile(path)


def test_a_mistyped_secret_is_refused_without_printing_it(path: Path) -> None:
    """A wrong pseudonym secret would rename every patient in silence: its id shows it."""
    content = json.loads(path.read_text())
    secret = bytearray(base64.b64decode(content["pseudonyms"]["key"]))
    secret[0] ^= 1
    content["pseudonyms"]["key"] = base64.b64encode(secret).decode()
    path.write_text(json.dumps(content))
    with pytest.raises(WrongSetting) as raised:
        KeyFile(path)
    printed = "".join(traceback.format_exception(raised.value))
    assert content["pseudonyms"]["key"] not in printed


def test_older_generations_unwrap_and_the_newest_wraps(tmp_path: Path) -> None:
    """A master key is replaced by adding one: nothing that rests has to change that day."""
    first = Generations.first()
    second = Generations(masters=(*first.masters, os.urandom(32)), pseudonyms=first.pseudonyms)
    write(tmp_path / "old.json", first)
    write(tmp_path / "new.json", second)
    old, new = KeyFile(tmp_path / "old.json"), KeyFile(tmp_path / "new.json")
    key = os.urandom(32)
    assert new.unwrap(old.wrap(key, b"x"), b"x") == key
    assert new.pseudonym("patient", b"x") == old.pseudonym("patient", b"x")
    with pytest.raises(Tampered):
        old.unwrap(new.wrap(key, b"x"), b"x")


def test_another_installations_file_is_not_taken_on_meanwhile(tmp_path: Path) -> None:
    """Swapped under a running worker, it would give every patient a second name."""
    create(tmp_path / "keys.json")
    create(tmp_path / "strangers.json")
    running = KeyFile(tmp_path / "keys.json")
    wrapped = KeyFile(tmp_path / "strangers.json").wrap(bytes(32), b"x")
    (tmp_path / "strangers.json").replace(tmp_path / "keys.json")
    with pytest.raises(WrongSetting):
        running.unwrap(wrapped, b"x")


def test_a_generation_added_meanwhile_is_found(tmp_path: Path) -> None:
    """A worker that started before the rotation unwraps what those that started after it wrapped."""
    first = Generations.first()
    write(tmp_path / "keys.json", first)
    old = KeyFile(tmp_path / "keys.json")
    (tmp_path / "keys.json").unlink()
    write(tmp_path / "keys.json", Generations(masters=(*first.masters, bytes(32)), pseudonyms=first.pseudonyms))
    key = os.urandom(32)
    assert old.unwrap(KeyFile(tmp_path / "keys.json").wrap(key, b"x"), b"x") == key
