"""Uploads over a poor line: what came in before it broke is kept, sealed, and the file is received once (tus 1.0)."""

import base64
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from documents.errors import LedgerUnavailable
from feeders.upload import PIECE
from tests.fakes import paper
from tests.web.house import House

UPLOADS = "/api/v1/uploads"


def metadata(**said: str) -> dict[str, str]:
    """Return the header that says something of a file."""
    pairs = (f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in said.items())
    return {"Upload-Metadata": ",".join(pairs)}


def begun(client: TestClient, length: int, **said: str) -> str:
    """Return where an upload goes on."""
    answer = client.post(UPLOADS, headers={"Upload-Length": str(length), **metadata(**said)})
    assert answer.status_code == 201
    return str(answer.headers["location"])


def sent(client: TestClient, place: str, offset: int, content: bytes) -> Response:
    """Send the next bytes."""
    headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return client.patch(place, content=content, headers=headers)


def test_an_upload_goes_on_where_the_line_broke(house: House) -> None:
    """Nothing that came in is sent twice; with the last byte the file is received."""
    content = paper("x" * (PIECE + 500))
    doctor = house.visitor("medecin")
    place = begun(doctor, len(content), filename="pile.txt")
    assert sent(doctor, place, 0, content[:PIECE]).headers["upload-offset"] == str(PIECE)
    assert doctor.head(place).headers["upload-offset"] == str(PIECE)
    last = sent(doctor, place, PIECE, content[PIECE:])
    assert last.status_code == 204
    followed = doctor.get(f"/api/v1/submissions/{last.headers['verso-submission']}").json()
    assert [file["file_name"] for file in followed["files"]] == ["pile.txt"]
    assert doctor.get(f"/api/v1/documents/{last.headers['verso-document']}/original?ground=care").content == content


def test_several_files_make_one_submission(house: House) -> None:
    """A stack that was sent file by file is followed as one."""
    doctor = house.visitor("medecin")
    together = f"w-{'a' * 32}"
    for name in ("one", "two"):
        content = paper(name)
        sent(doctor, begun(doctor, len(content), filename=name, submission=together), 0, content)
    assert len(doctor.get(f"/api/v1/submissions/{together}").json()["files"]) == 2


def test_bytes_that_do_not_follow_are_not_taken(house: House) -> None:
    """Neither twice, nor with a hole, nor more than were announced."""
    doctor = house.visitor("medecin")
    place = begun(doctor, 10)
    sent(doctor, place, 0, b"12345")
    for offset, content in ((0, b"12345"), (7, b"890"), (5, b"67890 and more")):
        answer = sent(doctor, place, offset, content)
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong-offset")
    assert doctor.head(place).headers["upload-offset"] == "5"


def test_a_small_file_needs_one_request(house: House) -> None:
    """Creation with upload: what comes whole is received at once, an empty file included; nothing of it lingers."""
    doctor = house.visitor("medecin")
    for content in (paper("one"), b""):
        headers = {"Upload-Length": str(len(content)), "Content-Type": "application/offset+octet-stream"}
        answer = doctor.post(UPLOADS, content=content, headers=headers | metadata(filename="one.txt"))
        assert (answer.status_code, answer.headers["upload-offset"]) == (201, str(len(content)))
        assert house.document(answer.headers["verso-document"]).size == len(content)
        assert doctor.head(answer.headers["location"]).status_code == 404


def test_the_first_bytes_may_come_with_the_request_that_begins(house: House) -> None:
    """The rest follows where they end; a small file that is not of its length is not taken."""
    doctor = house.visitor("medecin")
    content = paper("x" * (2 * PIECE))
    headers = {"Upload-Length": str(len(content)), "Content-Type": "application/offset+octet-stream"}
    begins = doctor.post(UPLOADS, content=content[: PIECE + 5], headers=headers)
    assert begins.headers["upload-offset"] == str(PIECE + 5)
    last = sent(doctor, begins.headers["location"], PIECE + 5, content[PIECE + 5 :])
    assert house.document(last.headers["verso-document"]).size == len(content)
    for wrong in (b"12345", b"1234567"):
        assert doctor.post(UPLOADS, content=wrong, headers=headers | {"Upload-Length": "6"}).status_code == 409


def test_a_file_that_cannot_be_taken_is_refused_before_it_is_sent(house: House) -> None:
    """Nobody sends a gigabyte to learn that it was too much."""
    doctor = house.visitor("medecin")
    answer = doctor.post(UPLOADS, headers={"Upload-Length": str(house.settings.largest_original + 1)})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_another_feeder_s_upload_is_not_there(house: House) -> None:
    """Neither to be looked at, nor to be gone on with, nor to be ended."""
    place = begun(house.visitor("medecin"), 10)
    stranger = house.visitor("dim")
    assert stranger.head(place).status_code == 404
    assert sent(stranger, place, 0, b"12345").status_code == 404
    assert stranger.delete(place).status_code == 404


def nothing_rests(house: House) -> bool:
    """Tell whether neither an envelope nor a key is left."""
    archive = house.services.archive
    return [*archive.objects.keys("documents"), *archive.keyring.keys()] == []


def test_an_upload_that_its_sender_gives_up_leaves_nothing(house: House) -> None:
    """Neither envelope nor key of it rests on."""
    doctor = house.visitor("medecin")
    place = begun(doctor, 2 * PIECE)
    sent(doctor, place, 0, b"x" * PIECE)
    assert not nothing_rests(house)
    assert doctor.delete(place).status_code == 204
    assert doctor.head(place).status_code == 404
    assert nothing_rests(house)


def test_an_upload_that_nobody_goes_on_with_is_given_up(house: House) -> None:
    """A browser that was closed costs no room for ever."""
    doctor = house.visitor("medecin")
    place = begun(doctor, 2 * PIECE)
    sent(doctor, place, 0, b"x" * PIECE)
    assert house.app.state.desk.upload_room.give_up(timedelta(0)) == 1
    assert doctor.head(place).status_code == 404
    assert nothing_rests(house)


def test_a_receipt_that_failed_is_made_good_by_asking_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """All bytes are in, the world fails at the last moment: an empty request at the end finishes it."""
    content = paper("one")
    doctor = house.visitor("medecin")
    place = begun(doctor, len(content))
    with monkeypatch.context() as broken:
        broken.setattr("web.api.uploads.submit", _fails)
        assert sent(doctor, place, 0, content).status_code == 503
    again = sent(doctor, place, len(content), b"")
    assert again.status_code == 204
    assert house.document(again.headers["verso-document"]).size == len(content)


def _fails(*_: object) -> None:
    raise LedgerUnavailable
