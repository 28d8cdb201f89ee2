"""A leak detector is trusted only after it was seen to find every kind of leak that was put before it."""

import base64
import gzip
import hashlib
import json
import os
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.canaries import Canaries

NAME = "Éloïse Grandchamp-Bouvéry"
INS = "269054958815780"
GROUPED = "2 69 05 49 588 157 80"

HIDINGS = {
    "as it is": NAME.encode(),
    "in capitals": NAME.upper().encode(),
    "in small letters": NAME.lower().encode(),
    "without accents": b"ELOISE GRANDCHAMP-BOUVERY",
    "without spaces": b"eloisegrandchampbouvery",
    "as a file name": b"eloise_grandchamp-bouvery.pdf",
    "decomposed": "E\u0301loi\u0308se Grandchamp-Bouve\u0301ry".encode(),
    "in Latin-1": NAME.encode("latin-1"),
    "in UTF-16": NAME.encode("utf-16"),
    "in UTF-16, the other way round": NAME.encode("utf-16-be"),
    "in UTF-32": NAME.encode("utf-32"),
    "escaped for JSON": json.dumps({"name": NAME}).encode(),
    "escaped for Python": ascii(NAME).encode(),
    "escaped for a URL": quote(NAME).encode(),
    "in hexadecimal": NAME.encode().hex().encode(),
    "in hexadecimal capitals": NAME.encode().hex().upper().encode(),
    "in hexadecimal of UTF-16": NAME.encode("utf-16-le").hex().encode(),
    "across lines": NAME.replace(" ", "\r\n").encode(),
}

NUMBERS = {
    "as it is": INS.encode(),
    "grouped": GROUPED.encode(),
    "grouped by no-break spaces": GROUPED.replace(" ", "\u00a0").encode(),
    "grouped by dots": GROUPED.replace(" ", ".").encode(),
    "grouped, in Latin-1": GROUPED.replace(" ", "\u00a0").encode("latin-1"),
    "in UTF-16": INS.encode("utf-16"),
    "in hexadecimal": INS.encode().hex().encode(),
}


@pytest.fixture
def canaries() -> Canaries:
    """A patient's name and number."""
    return Canaries({"name": NAME, "ins": INS})


@pytest.mark.parametrize("hiding", HIDINGS.values(), ids=HIDINGS.keys())
def test_a_leaked_name_is_found(canaries: Canaries, hiding: bytes) -> None:
    """However a program wrote the name, it is seen."""
    assert [label for label, _ in canaries.found_in(b"\x00\xff{" + hiding + b"}\x80\x00")] == ["name"]


@pytest.mark.parametrize("hiding", NUMBERS.values(), ids=NUMBERS.keys())
def test_a_leaked_number_is_found(canaries: Canaries, hiding: bytes) -> None:
    """However a program grouped the digits, they are seen."""
    assert [label for label, _ in canaries.found_in(b"\x00\xff{" + hiding + b"}\x80\x00")] == ["ins"]


@pytest.mark.parametrize("before", range(6))
@pytest.mark.parametrize("hiding", [NAME.encode(), NAME.encode("utf-16-le"), INS.encode(), GROUPED.encode()])
def test_a_leak_in_base64_is_found_at_any_alignment(hiding: bytes, before: int) -> None:
    """A message body is often base64, and the word starts anywhere in it."""
    canaries = Canaries({"name": NAME, "ins": INS, "grouped": GROUPED})
    body = base64.b64encode(b"x" * before + hiding + b"y" * before)
    assert canaries.found_in(b'{"body": "' + body + b'"}')


def test_a_leak_in_base64_of_a_mail_is_found(canaries: Canaries) -> None:
    """Line breaks in base64 hide nothing."""
    body = base64.encodebytes(b"x" * 50 + NAME.encode() + b"y" * 50)
    assert [label for label, _ in canaries.found_in(body)] == ["name"]


def test_a_leak_in_base64_of_a_url_is_found() -> None:
    """The alphabet for URLs is base64 too."""
    word = "???>>>~~~ûûû"
    assert Canaries({"word": word}).found_in(base64.urlsafe_b64encode(b"1" + word.encode("latin-1")))


@pytest.mark.parametrize("packed", [zlib.compress, gzip.compress], ids=["zlib", "gzip"])
@pytest.mark.parametrize("hiding", [NAME.encode(), NAME.encode("utf-16"), base64.b64encode(INS.encode())])
def test_a_leak_in_a_compressed_stream_is_found(
    canaries: Canaries, packed: Callable[[bytes], bytes], hiding: bytes
) -> None:
    """Databases, brokers and PDFs compress: a stream anywhere in a file is opened, also one that was cut off."""
    stream = packed(b"x" * 1000 + hiding + os.urandom(100))
    for content in (stream, os.urandom(5000) + stream + os.urandom(5000), b"\0" * 999 + stream[:-20]):
        ((_, form),) = canaries.found_in(content)
        assert form.startswith("compressed")


def test_two_hundred_words_are_looked_for_at_once(tmp_path: Path) -> None:
    """Each is found where it stands, across any seam, and alone."""
    planted = {str(number): f"canari {hashlib.sha256(bytes([number])).hexdigest()[:12]}" for number in range(200)}
    canaries = Canaries(planted)
    noise = os.urandom((1 << 22) - 9)
    assert canaries.found_in(noise) == []
    for number in (0, 99, 199):
        assert [label for label, _ in canaries.found_in(noise + planted[str(number)].encode())] == [str(number)]
    (tmp_path / "all").write_text("\n".join(planted.values()))
    assert {leak.label for leak in canaries.leaks(tmp_path)} == set(planted)


def test_a_leak_in_a_database_is_found(canaries: Canaries, tmp_path: Path) -> None:
    """A row that was written, even one deleted since, is seen in the database's pages or its log."""
    database = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE seen (who TEXT)")
    database.execute("INSERT INTO seen VALUES (?)", (NAME,))
    database.execute("DELETE FROM seen")
    labels = {leak.label for leak in canaries.leaks(tmp_path)}
    database.close()
    assert labels == {"name"}


def test_a_leak_in_a_file_name_is_found(canaries: Canaries, tmp_path: Path) -> None:
    """The name of an empty file says as much as its content would."""
    (tmp_path / f"{INS}.pdf").touch()
    assert [(leak.label, leak.form) for leak in canaries.leaks(tmp_path)] == [("ins", "name, utf-8")]


def test_a_leak_in_a_folder_name_is_found(canaries: Canaries, tmp_path: Path) -> None:
    """So does the name of an empty folder."""
    (tmp_path / "Grandchamp" / NAME).mkdir(parents=True)
    assert {leak.label for leak in canaries.leaks(tmp_path)} == {"name"}


def test_every_root_is_searched(canaries: Canaries, tmp_path: Path) -> None:
    """Folders and single files are searched alike."""
    (tmp_path / "broker").mkdir()
    (tmp_path / "broker" / "message").write_text(INS, encoding="ascii")
    (tmp_path / "log").write_text(NAME, encoding="utf-8")
    found = canaries.leaks(tmp_path / "broker", tmp_path / "log")
    assert [(leak.path.name, leak.label) for leak in found] == [("message", "ins"), ("log", "name")]


def test_nothing_is_found_where_nothing_leaked(canaries: Canaries, tmp_path: Path) -> None:
    """Random bytes, ids and other people's numbers are no leaks."""
    (tmp_path / "envelope").write_bytes(bytes(range(256)) * 4096)
    (tmp_path / "log").write_text("filed 018f2c1e9a7b 2 69 05 49 588 157 81", encoding="utf-8")
    assert canaries.leaks(tmp_path) == []


def test_a_leak_does_not_leak_again(canaries: Canaries, tmp_path: Path) -> None:
    """A failing test prints labels and places, never what was planted."""
    (tmp_path / "log").write_text(NAME + INS, encoding="utf-8")
    assert not canaries.found_in(repr(canaries.leaks(tmp_path)).encode())


def test_a_word_too_short_to_mean_anything_is_not_taken() -> None:
    """A find must be proof."""
    with pytest.raises(ValueError, match="shorter"):
        Canaries({"name": "Li Wu"})
