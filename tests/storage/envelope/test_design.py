"""`docs/design.md` matches the bytes: its tables, read as they stand, take the committed vectors apart."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from documents.role import Role
from storage.envelope.header import HEADER_SIZE
from storage.envelope.segments import MOST_SEGMENTS
from tests.storage.envelope.second_implementation import hkdf

PAGE = Path("docs/design.md").read_text(encoding="utf-8")
VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("known_answers.json").read_text())


def section(title: str) -> str:
    """Return what stands under a heading of the page."""
    return PAGE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str, head: str) -> list[list[str]]:
    """Return the rows of the table that begins with a head, cell by cell."""
    lines = text[text.index(head) :].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def layout(text: str, head: str) -> dict[str, slice]:
    """Return where each field stands, as a table of offsets says; the last one reaches the end."""
    places = {}
    for offset, size, name, *_ in rows(text, head):
        start = int(offset)
        places[name] = slice(start, start + int(size) if size.isdecimal() else None)
    return places


@pytest.mark.parametrize("vector", VECTORS["envelopes"], ids=lambda vector: vector["shows"])
def test_an_envelope_stands_as_the_page_says(vector: dict[str, Any]) -> None:
    """Every field at its offset, in its size; none overlaps, none is left out."""
    places = layout(section("Envelope, version 1"), "| offset | bytes | field | |")
    envelope = bytes.fromhex(vector["envelope"])
    fields = {name: envelope[place] for name, place in places.items()}
    assert b"".join(fields.values()) == envelope
    assert (fields["magic"], fields["version"], fields["suite"]) == (b"VERSO", b"\x01", b"\x01")
    assert fields["document"].hex() == vector["document"]
    assert fields["salt"].hex() == vector["salt"]
    numbers = {name: int.from_bytes(fields[name], "big") for name in ("role", "part", "revision", "segment size")}
    assert numbers == {
        "role": vector["role"],
        "part": vector["part"],
        "revision": vector["revision"],
        "segment size": vector["segment_size"],
    }
    label, bound = re.findall(r'info = "(verso envelope 1)" ‖ bytes 0 to (\d+)', PAGE)[0]
    derived = hkdf(bytes.fromhex(vector["key"]), fields["salt"], label.encode() + envelope[: int(bound) + 1], 71)
    assert derived[:32] == fields["commitment"]
    assert places["segments"].start == HEADER_SIZE
    assert MOST_SEGMENTS == 2**32


def test_every_role_stands_on_the_page_under_its_number() -> None:
    """Whoever opens an envelope without our code knows what it holds."""
    told = {int(number): name.strip("`") for number, name, *_ in rows(PAGE, "| role | name | holds | part |")}
    assert told == {role.value: role.slug for role in Role}


def test_a_capsule_stands_as_the_page_says() -> None:
    """Salt, commitment, ciphertext and tag."""
    vector = VECTORS["capsule"]
    sealed, key = bytes.fromhex(vector["capsule"]), bytes.fromhex(vector["key"])
    places = layout(section("Capsule, version 1"), "| offset | bytes | field |")
    salt, commitment, ciphertext = (sealed[places[name]] for name in ("salt", "commitment", "ciphertext and tag"))
    assert len(ciphertext) == len(bytes.fromhex(vector["content"])) + 16
    assert hkdf(key, salt, b"verso capsule 1" + bytes.fromhex(vector["context"]), 71)[:32] == commitment


def test_wrapped_keys_stand_as_the_page_says() -> None:
    """Head, holder, the master's id, the capsule; a document's under a patient's key likewise."""
    text, vector = section("Wrapped keys"), VECTORS["trusted"]
    head = layout(text, "| offset | bytes | field | |")
    by_master = layout(text[text.index("**Wrapped by a master**") :], "| offset | bytes | field | |")
    by_patient = layout(text[text.index("**Wrapped by a patient's key**") :], "| offset | bytes | field | |")
    patients, documents = bytes.fromhex(vector["patient_body"]), bytes.fromhex(vector["document_body"])
    for body, holder in ((patients, 1), (documents, 2)):
        told = {name: body[place] for name, place in head.items()}
        assert (told["magic"], told["version"], told["holder"]) == (b"VKEY", b"\x01", bytes([holder]))
    master = bytes.fromhex(vector["master"])
    assert patients[by_master["master's id"]] == hashlib.sha256(b"verso key id 1" + master).digest()[:8]
    assert len(patients[by_master["capsule"]]) == 112
    assert by_master["capsule"].stop == len(patients) == 127
    assert by_patient["capsule"].stop == len(documents) == 238
