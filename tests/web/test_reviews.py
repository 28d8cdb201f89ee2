"""What the pipeline would not guess is settled by a person on a page; that they looked is on record first."""

import re

import pytest
from fastapi.testclient import TestClient

from documents.action import Action
from documents.errors import LedgerUnavailable
from documents.event import Event
from documents.patient import Ins
from documents.stage import Stage
from pipelines.unsealing import GROUND
from tests.fakes import INS, paper
from tests.web.house import House, files

DEMO = "1.2.250.1.213.1.4.10"


@pytest.fixture
def doctor(house: House) -> TestClient:
    """A practitioner who is in."""
    return house.visitor("medecin")


@pytest.fixture
def doubtful(house: House, doctor: TestClient) -> str:
    """A letter of nobody's, in review."""
    accepted = doctor.post("/api/v1/submissions", files=files(b"TYPE 11502-2\nsomebody")).json()
    house.work()
    return str(accepted["files"][0]["document"]["id"])


def test_a_doubt_is_listed_shown_and_settled(house: House, doctor: TestClient, doubtful: str) -> None:
    """From the list to the record, by the API alone."""
    assert [each["id"] for each in doctor.get("/api/v1/reviews").json()["documents"]] == [doubtful]
    shown = doctor.get(f"/api/v1/reviews/{doubtful}").json()
    assert shown["outcome"] == "insufficient"
    answer = doctor.post(f"/api/v1/reviews/{doubtful}/decision", json={"ins": INS, "oid": DEMO})
    assert answer.status_code == 202
    house.work()
    assert house.document(doubtful).stage is Stage.STORED


def test_the_same_on_the_page(house: House, doctor: TestClient, doubtful: str) -> None:
    """A form without any script does it too."""
    page = doctor.get(f"/a-verifier/{doubtful}")
    assert "Le patient n&#39;est pas identifié avec certitude." in page.text
    answer = doctor.post(f"/a-verifier/{doubtful}", data={"patient": f"{INS} {DEMO}"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/a-verifier?said=decided")
    house.work()
    assert house.document(doubtful).stage is Stage.STORED


def test_a_wrong_number_decides_nothing(house: House, doctor: TestClient, doubtful: str) -> None:
    """The page says so and keeps the document where it is."""
    page = doctor.post(f"/a-verifier/{doubtful}", data={"other_patient": "279035121518900"})
    assert page.status_code == 422
    assert "Rien n&#39;a été décidé" in page.text
    assert house.document(doubtful).stage is Stage.REVIEW


def test_what_was_settled_meanwhile_is_said_to_be(doctor: TestClient, doubtful: str) -> None:
    """Two who look at the same document do not undo each other."""
    doctor.post(f"/api/v1/reviews/{doubtful}/decision", json={"ins": INS, "oid": DEMO})
    answer = doctor.post(f"/a-verifier/{doubtful}", data={"type_code": "11488-4"})
    assert answer.headers["location"] == "/a-verifier?said=moved-on"


def test_that_somebody_looked_is_on_record_with_their_role(house: House, doctor: TestClient, doubtful: str) -> None:
    """Who, in what role, and what of it."""
    doctor.get(f"/api/v1/reviews/{doubtful}")
    doctor.post(f"/historique/{doubtful}", data={"ground": "request", "words": "par courrier"})
    doctor.get(f"/api/v1/documents/{doubtful}/original?ground=care")
    events = house.services.ledger.events(house.document(doubtful).id)
    seen = [event for event in events if event.action is Action.UNSEALED]
    assert {str(event.actor) for event in seen} == {"practitioner:medecin"}
    assert [(event.detail, ground_of(house, event)) for event in seen] == [
        ("evidence", None),
        ("original", "request: par courrier"),
        ("original", "care"),
    ]


def ground_of(house: House, event: Event) -> str | None:
    """Return the ground that stands sealed beside an event."""
    if event.sealed_ground is None or event.document is None:
        return None
    return house.services.archive.open_note(GROUND + event.document.encode(), event.sealed_ground).decode()


def test_an_original_is_not_opened_without_a_ground(doctor: TestClient, doubtful: str) -> None:
    """The page asks why, the API turns away who does not say."""
    assert doctor.get(f"/api/v1/documents/{doubtful}/original").status_code == 422
    assert "Prise en charge du patient" in doctor.get(f"/historique/{doubtful}").text
    assert doctor.post(f"/historique/{doubtful}", data={"words": "parce que"}).status_code == 422


def test_a_candidate_is_chosen_with_the_authority_of_their_number(house: House, doctor: TestClient) -> None:
    """The same digits of another authority are another person's: what the evidence says is what is settled."""
    accepted = doctor.post("/api/v1/submissions", files=files(f"INS {INS}\nwhose type nobody knows".encode())).json()
    house.work()
    waiting = str(accepted["files"][0]["document"]["id"])
    page = doctor.get(f"/a-verifier/{waiting}").text
    (value,) = re.findall(r'name="patient" value="([^"]+)"', page)
    assert value == f"{INS} {DEMO}"
    doctor.post(f"/a-verifier/{waiting}", data={"patient": value, "type_code": "11502-2"})
    house.work()
    settled = house.document(waiting)
    assert settled.patient == house.services.archive.pseudonym(Ins(number=INS, oid=DEMO))


def test_the_next_doubt_follows_on_a_decision(house: House, doctor: TestClient, doubtful: str) -> None:
    """Nobody goes back to a list between two doubts."""
    accepted = doctor.post("/api/v1/submissions", files=files(b"TYPE 11502-2\nsomebody else")).json()
    house.work()
    other = accepted["files"][0]["document"]["id"]
    answer = doctor.post(f"/a-verifier/{doubtful}", data={"other_patient": INS})
    assert answer.headers["location"] == f"/a-verifier/{other}?said=decided"


def test_pages_are_turned_and_a_split_is_undone(house: House, doctor: TestClient) -> None:
    """Both by the API and by the page; what is filed already is not joined."""
    accepted = doctor.post("/api/v1/submissions", files=files(b"one\fTYPE 11502-2\ntwo")).json()
    house.work()
    stack = accepted["files"][0]["document"]["id"]
    assert doctor.post(f"/api/v1/reviews/{stack}/decision", json={"turns": "9:90"}).status_code == 422
    doctor.post(f"/api/v1/reviews/{stack}/decision", json={"turns": "2:180", "split": "1,2"})
    house.work()
    follow = f"/suivi/{accepted['submission']}"
    assert "Annuler le découpage" in doctor.get(follow).text
    assert doctor.post(f"{follow}/{stack}/reunir").headers["location"] == f"{follow}?said=joined"
    house.work()
    pages = doctor.get(f"/api/v1/reviews/{stack}").json()["pages"]
    assert [each["turned"] for each in pages] == [0, 180]
    assert doctor.post(f"{follow}/{stack}/reunir").headers["location"] == f"{follow}?said=not-joined"


def test_what_cannot_be_put_on_record_is_not_shown(
    doctor: TestClient, doubtful: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A silent audit trail shows nothing to anybody."""

    def fails(_event: object) -> None:
        raise LedgerUnavailable

    monkeypatch.setattr("storage.ledger.sql.SqlLedger.record", lambda _self, event: fails(event))
    assert doctor.get(f"/api/v1/documents/{doubtful}/original?ground=care").status_code == 503
    assert doctor.get(f"/api/v1/reviews/{doubtful}").status_code == 503


def test_another_feeder_s_doubts_are_not_there(house: House, doubtful: str) -> None:
    """A hospital's secretary settles the hospital's doubts alone."""
    stranger = house.visitor("dim")
    assert stranger.get("/api/v1/reviews").json()["documents"] == []
    assert stranger.get(f"/api/v1/reviews/{doubtful}").status_code == 404
    answer = stranger.post(f"/api/v1/reviews/{doubtful}/decision", json={"ins": INS, "oid": DEMO})
    assert answer.status_code == 404


def test_the_administrator_sees_counts_and_wakes_the_dead_without_reading(house: House, doctor: TestClient) -> None:
    """Running the machines needs no patient."""
    doctor.post("/api/v1/submissions", files=files(paper("one")))
    house.work()
    admin = house.visitor("admin")
    assert admin.get("/api/v1/counts").json()["stages"]["stored"] == 1
    assert admin.get("/api/v1/dead").json() == {"documents": [], "next": None}
    assert admin.get("/exploitation").status_code == 200
    assert admin.get("/historique").status_code == 403
