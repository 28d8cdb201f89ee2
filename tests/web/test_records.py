"""What was filed wrongly is corrected by who may settle doubts, by page and API; who and why stand on record."""

import pytest
from fastapi.testclient import TestClient

from documents.action import Action
from documents.arrival import Arrival, Declaration
from documents.feeder import Feeder, FeederKind
from documents.patient import Ins
from documents.stage import Stage
from pipelines.correcting import GROUND
from pipelines.receive import receive
from tests.fakes import INS, paper
from tests.web.house import House, files

DEMO = "1.2.250.1.213.1.4.10"
OTHER = "184127645108946"


@pytest.fixture
def doctor(house: House) -> TestClient:
    """A practitioner who is in."""
    return house.visitor("medecin")


@pytest.fixture
def filed(house: House, doctor: TestClient) -> str:
    """A letter that was filed."""
    accepted = doctor.post("/api/v1/submissions", files=files(paper("one"))).json()
    house.work()
    identity = str(accepted["files"][0]["document"]["id"])
    assert house.document(identity).stage is Stage.STORED
    return identity


def corrections(house: House, identity: str) -> list[tuple[str, str, str]]:
    """Return who corrected what of a document, and why."""
    archive, purpose = house.services.archive, GROUND + identity.encode()
    return [
        (str(event.actor), event.detail, archive.open_note(purpose, event.sealed_ground or b"").decode())
        for event in house.services.ledger.events(house.document(identity).id)
        if event.action is Action.CORRECTED
    ]


def test_patient_type_and_day_are_corrected_by_the_api(house: House, doctor: TestClient, filed: str) -> None:
    """The document goes to the other record at once, and the former one does not show it any more."""
    said = {"ins": OTHER, "oid": DEMO, "type_code": "11488-4", "act_date": "2025-03-14", "why": "lettre d'un homonyme"}
    answer = doctor.post(f"/api/v1/documents/{filed}/correction", json=said)
    assert (answer.status_code, answer.json()["stage"]) == (202, "read")
    assert house.document(filed).patient is None
    house.work()
    after = house.document(filed)
    assert (after.stage, after.patient) == (
        Stage.STORED,
        house.services.archive.pseudonym(Ins(number=OTHER, oid=DEMO)),
    )
    record = doctor.get(f"/api/v1/documents/{filed}/record").json()
    assert (record["ins"], record["act_date"], after.type_code) == (OTHER, "2025-03-14", "11488-4")
    assert corrections(house, filed) == [("practitioner:medecin", "patient,type,date", "lettre d'un homonyme")]


def test_the_same_on_the_page(house: House, doctor: TestClient, filed: str) -> None:
    """A form without any script does it too, and the page then tells what happened, and by whom."""
    page = doctor.get(f"/historique/{filed}").text
    assert INS in page
    assert "Corriger le classement" in page
    said = {"ins": OTHER, "type_code": "", "act_date": "2025-03-14", "why": "erreur de patient"}
    answer = doctor.post(f"/historique/{filed}/corriger", data=said)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/historique/{filed}?said=corrected")
    house.work()
    page = doctor.get(answer.headers["location"]).text
    assert "Correction enregistrée" in page
    assert "14/03/2025" in page
    assert "Classement corrigé (patient, date), par <bdi>medecin</bdi>" in page
    assert OTHER in page
    assert INS not in page


@pytest.mark.parametrize(
    "said",
    [
        {"why": "rien ne change"},
        {"type_code": "11488-4", "why": ""},
        {"ins": "279035121518900", "why": "clé fausse"},
        {"act_date": "2999-01-01", "why": "demain"},
        {"act_date": "hier", "why": "aucune date"},
        {"type_code": "no-type", "why": "aucun type"},
    ],
)
def test_what_is_not_valid_corrects_nothing(house: House, doctor: TestClient, filed: str, said: dict[str, str]) -> None:
    """The page says so, the API turns it away, the document stays where it is."""
    before = house.document(filed)
    page = doctor.post(f"/historique/{filed}/corriger", data=said)
    assert page.status_code == 422
    assert "Rien n&#39;a été corrigé" in page.text
    assert doctor.post(f"/api/v1/documents/{filed}/correction", json=said).status_code == 422
    assert house.document(filed) == before
    assert corrections(house, filed) == []


def test_what_is_not_filed_is_not_corrected(house: House, doctor: TestClient) -> None:
    """Doubts are settled, not corrected; what is on its way is left alone."""
    accepted = doctor.post("/api/v1/submissions", files=files(b"TYPE 11502-2\nsomebody")).json()
    house.work()
    identity = accepted["files"][0]["document"]["id"]
    said = {"ins": INS, "why": "patient connu"}
    assert doctor.post(f"/api/v1/documents/{identity}/correction", json=said).status_code == 409
    assert doctor.get(f"/api/v1/documents/{identity}/record").status_code == 409
    answer = doctor.post(f"/historique/{identity}/corriger", data=said)
    assert answer.headers["location"] == f"/historique/{identity}?said=not-corrected"
    page = doctor.get(f"/historique/{identity}").text
    assert "Corriger le classement" not in page
    assert f"/a-verifier/{identity}" in page


def test_another_site_and_another_feeder_correct_nothing(house: House, doctor: TestClient, filed: str) -> None:
    """Neither with the doctor's own cookie, nor with a right that counts elsewhere."""
    said = {"ins": OTHER, "why": "parce que"}
    before = house.document(filed)
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert doctor.post(f"/historique/{filed}/corriger", data=said, headers=elsewhere).status_code == 403
    assert doctor.post(f"/api/v1/documents/{filed}/correction", json=said, headers=elsewhere).status_code == 403
    stranger = house.visitor("dim")
    assert stranger.post(f"/historique/{filed}/corriger", data=said).status_code == 404
    assert stranger.post(f"/api/v1/documents/{filed}/correction", json=said).status_code == 404
    assert house.document(filed) == before


def test_that_a_record_was_seen_is_on_record_first(house: House, doctor: TestClient, filed: str) -> None:
    """Who looked at the page of a document, in what role."""
    doctor.get(f"/historique/{filed}")
    doctor.get(f"/api/v1/documents/{filed}/record")
    events = house.services.ledger.events(house.document(filed).id)
    seen = [(str(event.actor), event.detail) for event in events if event.action is Action.UNSEALED]
    assert seen == [("practitioner:medecin", "record")] * 2


def edition(house: House, text: str, unique_id: str, *replaced: str) -> str:
    """Return a document of the practice's that its producer names."""
    practice = Feeder(name="cabinet", kind=FeederKind.PRACTITIONER)
    said = Declaration(unique_id=unique_id, replaces=replaced)
    arrival = Arrival(feeder=practice, batch=f"w-{'e' * 32}", content=paper(text), declaration=said)
    received = receive(arrival, house.services).document
    house.work()
    return str(received.id)


def test_what_a_later_document_replaced_is_marked_as_such(house: House, doctor: TestClient) -> None:
    """In lists, on its own page and in the API; it leads to the one in force, and may be left out of the list."""
    former = edition(house, "a", "1.2^1")
    later = edition(house, "b", "1.2^2", "1.2^1")
    states = {one["id"]: one for one in doctor.get("/api/v1/documents").json()["documents"]}
    assert (states[former]["superseded_by"], states[later]["supersedes"]) == (later, former)
    assert [one["id"] for one in doctor.get("/api/v1/documents?current=true").json()["documents"]] == [later]
    for place in ("/historique", f"/suivi/w-{'e' * 32}"):
        page = doctor.get(place).text
        assert page.count("Remplacé") == 1, place
        assert f'href="/historique/{later}">Voir la version en vigueur' in page
    assert former not in doctor.get("/historique?current=true").text
    page = doctor.get(f"/historique/{former}").text
    assert "Ce document est remplacé par une version plus récente" in page
    assert f'href="/historique/{later}"' in page
    page = doctor.get(f"/historique/{later}").text
    assert f'<a href="/historique/{former}">Voir le document antérieur' in page
    assert "Remplacé" not in page


def test_who_follows_fates_alone_hears_of_no_edition(house: House) -> None:
    """What replaces what is content, as the type is."""
    practice = Feeder(name="hospital", kind=FeederKind.HOSPITAL)
    for text, unique_id, replaced in (("a", "1.2^1", ()), ("b", "1.2^2", ("1.2^1",))):
        said = Declaration(unique_id=unique_id, replaces=replaced)
        receive(Arrival(feeder=practice, batch=f"w-{'e' * 32}", content=paper(text), declaration=said), house.services)
        house.work()
    told = house.visitor("exploitant").get(f"/api/v1/submissions/w-{'e' * 32}").json()
    assert [(one["document"]["supersedes"], one["document"]["superseded_by"]) for one in told["files"]] == [
        (None, None)
    ] * 2
