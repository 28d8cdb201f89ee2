"""Files handed over by the web: each is safe before it is acknowledged; its fate is told to its own feeder alone."""

import pytest

from documents.arrival import Arrival
from documents.stage import Stage
from feeders.upload import PIECE
from tests.fakes import paper
from tests.web.house import House, files
from web.access.local import ACCOUNTS

SUBMISSIONS = "/api/v1/submissions"
UPLOADS = "/api/v1/uploads"


def test_a_stack_is_taken_at_once_and_filed(house: House) -> None:
    """What the answer lists rests sealed; what becomes of it can be followed."""
    doctor = house.visitor("medecin")
    answer = doctor.post(SUBMISSIONS, files=files(paper("one"), paper("two", pages=3)))
    assert answer.status_code == 202
    accepted = answer.json()
    assert [file["file_name"] for file in accepted["files"]] == ["paper-0.txt", "paper-1.txt"]
    house.work()
    followed = doctor.get(f"{SUBMISSIONS}/{accepted['submission']}").json()
    assert followed["totals"] == {
        "files": 2, "accepted": 0, "stored": 2, "review": 0, "refused": 0, "settled": True,
    }  # fmt: skip
    assert [file["document"]["pages_read"] for file in followed["files"]] == [1, 3]
    assert {file["document"]["nature"]["theme"] for file in followed["files"]} == {"biology"}


@pytest.mark.parametrize(
    ("setting", "limit"), [("least_free_bytes", 2**62), ("most_under_way", 1), ("longest_wait_seconds", 0.0)]
)
def test_nobody_hands_over_more_than_can_be_borne(house: House, setting: str, limit: float) -> None:
    """P17, P20: no room, too many under way, or far behind: the sender keeps its copy and hears when to come again."""
    feeder = ACCOUNTS[0].feeder
    assert feeder
    house.app.state.desk.counter.receive(Arrival(feeder=feeder, content=paper("one")))
    doctor = house.visitor(ACCOUNTS[0].subject)
    object.__setattr__(house.settings, setting, limit)
    upload = {"Upload-Length": "5", "Tus-Resumable": "1.0.0"}
    for answer in (doctor.post(SUBMISSIONS, files=files(paper("two"))), doctor.post(UPLOADS, headers=upload)):
        assert (answer.status_code, answer.json()["code"]) == (503, "intake-paused")
        assert answer.headers["Retry-After"]
    assert sum(house.services.ledger.counts().values()) == 1


def test_a_file_above_the_limit_is_refused_and_the_others_are_taken(house: House) -> None:
    """One bad file costs nobody the rest of the stack."""
    object.__setattr__(house.settings, "largest_original", 1000)
    doctor = house.visitor("medecin")
    answer = doctor.post(SUBMISSIONS, files=files(paper("one"), b"x" * 2000, paper("two"))).json()
    assert [file["file_name"] for file in answer["files"]] == ["paper-0.txt", "paper-2.txt"]
    assert [(file["file_name"], file["problem"]["code"]) for file in answer["refused"]] == [
        ("paper-1.txt", "too-large")
    ]


def test_a_large_file_comes_in_sealed_piece_by_piece_and_is_received_whole(house: House) -> None:
    """Its bytes are the same as those that were sent, and nothing is left of the pieces."""
    content = paper("x" * (2 * PIECE + 100))
    doctor = house.visitor("medecin")
    accepted = doctor.post(SUBMISSIONS, files=files(content)).json()
    identity = accepted["files"][0]["document"]["id"]
    assert doctor.get(f"/api/v1/documents/{identity}/original?ground=care").content == content
    archive = house.services.archive
    assert {name.split("/")[2] for name in archive.objects.keys("documents")} == {identity}


def test_the_same_request_again_doubles_nothing(house: House) -> None:
    """A line that broke before the answer came is no reason to fear."""
    doctor = house.visitor("medecin")
    key = {"Idempotency-Key": "a-key-of-the-test"}
    first, second = (doctor.post(SUBMISSIONS, files=files(paper("one")), headers=key).json() for _ in range(2))
    assert first["submission"] == second["submission"]
    assert second["files"][0]["duplicate"]
    assert doctor.get(f"{SUBMISSIONS}/{first['submission']}").json()["totals"]["files"] == 1


def test_what_is_declared_goes_with_the_files_that_follow(house: House) -> None:
    """A declared type is evidence like any feeder's; a wrong number is refused before anything is taken."""
    doctor = house.visitor("medecin")
    wrong = doctor.post(SUBMISSIONS, data={"ins": "179035121518989"}, files=files(paper("one")))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong-request")
    assert not house.services.ledger.batches("cabinet")


def test_another_feeder_s_submission_is_not_there(house: House) -> None:
    """The answer is the same as for one that never was."""
    mine = house.visitor("medecin").post(SUBMISSIONS, files=files(paper("one"))).json()
    identity = mine["files"][0]["document"]["id"]
    stranger = house.visitor("dim")
    for path in (f"{SUBMISSIONS}/{mine['submission']}", f"/api/v1/documents/{identity}"):
        assert stranger.get(path).status_code == 404
        assert stranger.get(path).json()["code"] in {"not-found", "unknown-document"}


def test_an_insurer_learns_the_fate_of_its_own_files_and_nothing_else(house: House) -> None:
    """Neither type nor theme: what it fed, it may not read; and what is no night is refused."""
    insurer = house.visitor("assureur")
    accepted = insurer.post(SUBMISSIONS, files=files(paper("one"), b"TYPE 11502-2")).json()
    house.work()
    states = [file["document"] for file in insurer.get(f"{SUBMISSIONS}/{accepted['submission']}").json()["files"]]
    assert [state["answer"] for state in states] == ["refused", "refused"]
    assert [(state["nature"], state["reason"]) for state in states] == [(None, "not-a-night")] * 2
    assert insurer.get(f"/api/v1/documents/{states[0]['id']}/original?ground=care").status_code == 403


def test_a_form_that_breaks_off_leaves_nothing_behind(house: House) -> None:
    """Half a file is no file."""
    doctor = house.visitor("medecin")
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + b"x" * (PIECE + 10)
    broken = doctor.post(SUBMISSIONS, content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})
    assert (broken.status_code, broken.json()["code"]) == (422, "wrong-request")
    assert not list(house.services.archive.objects.keys("documents"))


@pytest.mark.parametrize("content", [b"", b"BAD paper"])
def test_a_bad_file_is_received_and_refused_with_a_sentence(house: House, content: bytes) -> None:
    """The bytes are kept, the sender is told why in French."""
    doctor = house.visitor("medecin")
    accepted = doctor.post(SUBMISSIONS, files=files(content)).json()
    house.work()
    state = doctor.get(f"{SUBMISSIONS}/{accepted['submission']}").json()["files"][0]["document"]
    assert state["stage"] == Stage.REFUSED
    assert state["sentence"].startswith("Le fichier est")
