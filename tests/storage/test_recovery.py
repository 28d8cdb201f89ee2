"""Recovery: what rests on disk is unreadable, and with the key file and the document it is all there."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from documents.role import Role
from storage.archive import Archive
from storage.keys.keyfile import KeyFile, create
from storage.objects.directory import DirectoryObjects
from tests.storage.envelope import second_implementation

CANARY = b"Madame Colette CANARI-JAUNE, 2 55 06 99 999 999 34"
LETTER = CANARY * 50_000

#: Keeps the letter and is killed at the n-th act on the stores: a link, a read or a removal.
KEEPER_KILLED_AT = """
import os, signal, sys
from pathlib import Path
from documents.role import Role
from tests.storage.test_recovery import LETTER, embedded

acts = int(sys.argv[2])

def counted(act):
    def acting(*arguments, **words):
        global acts
        acts -= 1
        if acts < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return act(*arguments, **words)
    return acting

archive = embedded(Path(sys.argv[1]))
for name in ("link", "fsync"):
    setattr(os, name, counted(getattr(os, name)))
Path.read_bytes = counted(Path.read_bytes)
archive.keep(archive.identify("hopital-nord", LETTER), Role.ORIGINAL, LETTER)
"""


def embedded(folder: Path) -> Archive:
    """Open the archive of one machine: directories and a key file."""
    return Archive(
        objects=DirectoryObjects(folder / "objects"),
        keyring=DirectoryObjects(folder / "keyring"),
        masters=KeyFile(folder / "secrets" / "keys.json"),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a machine with a key file."""
    create(tmp_path / "secrets" / "keys.json")
    return tmp_path


def test_nothing_readable_rests_on_disk(folder: Path) -> None:
    """P13: neither the letter, nor its file name, nor the key: in no file, folder or name."""
    archive = embedded(folder)
    document = archive.identify("hopital-nord", LETTER)
    archive.keep(document, Role.ORIGINAL, LETTER)
    archive.keep(document, Role.DECLARATION, b'{"file_name": "canari-jaune.pdf"}')
    key = archive._keys.key(document)
    for path in (*(folder / "objects").rglob("*"), *(folder / "keyring").rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        for secret in (CANARY[:12], b"canari", key, base64.b64encode(key), key.hex().encode()):
            assert secret not in content + bytes(path)


def test_stores_and_key_file_are_enough_to_open_everything(folder: Path) -> None:
    """Without the ledger and without our code: with `docs/design.md` alone."""
    archive = embedded(folder)
    document = archive.identify("hopital-nord", LETTER)
    archive.keep(document, Role.ORIGINAL, LETTER)

    secrets = json.loads((folder / "secrets" / "keys.json").read_text())
    master = base64.b64decode(secrets["masters"][-1]["key"])
    (rests,) = (folder / "objects" / "documents").glob("*/*/*")
    envelope = rests.read_bytes()
    identity = envelope[8:24]
    (wrapped,) = (folder / "keyring").glob(f"{identity.hex()[:2]}/{identity.hex()}/000001")
    body = wrapped.read_bytes()
    key = second_implementation.unwrap(master, b"document key " + body[:6] + identity, body[6:])
    assert (len(body), body[:6]) == (127, b"VKEY\x01\x01")
    assert second_implementation.open_envelope(key, envelope) == LETTER


@pytest.mark.parametrize("acts", range(0, 14, 2))
def test_a_receipt_killed_anywhere_is_made_good_by_the_next(folder: Path, acts: int) -> None:
    """P1, P15: one key and one envelope rest at the end, and they hold the letter."""
    killed = subprocess.run([sys.executable, "-c", KEEPER_KILLED_AT, str(folder), str(acts)], check=False)
    assert killed.returncode == -9
    archive = embedded(folder)
    document = archive.identify("hopital-nord", LETTER)
    sealed = archive.keep(document, Role.ORIGINAL, LETTER)
    assert archive.open(document, sealed) == LETTER
    assert len(list(archive.objects.keys())) == 1
    assert len(list(archive.keyring.keys())) == 1
