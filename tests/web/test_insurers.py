"""Insurers never read: whatever one asks or hands over, it learns the fate of its own nights and nothing else."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from documents.arrival import Arrival, Declaration
from documents.care import History
from documents.document import DocumentId, PatientRef
from documents.feeder import Feeder, FeederKind
from documents.patient import OID_INS_NIR_TEST, Ins, Traits
from documents.stage import Stage
from pipelines.receive import receive
from pipelines.reimbursing.edition import Edition
from pipelines.reimbursing.publishing import publish
from tests.fakes import INS, paper
from tests.web.house import House, files
from tests.web.test_access import guarded

SUBMISSIONS = "/api/v1/submissions"
HOSPITAL = Feeder(name="hospital", kind=FeederKind.HOSPITAL)
DOMINIQUE = Ins(number=INS, oid=OID_INS_NIR_TEST)
#: What is in no place of this installation.
NOWHERE = {"{submission}": f"w-{'0' * 32}", "{document_id}": "0" * 32, "{upload_id}": "0" * 32, "{number}": "1"}
#: What answers have of their own, whatever they say.
PASSING = {"date", "content-length", "set-cookie"}


def handed_over(house: House, content: bytes, said: Declaration | None = None) -> DocumentId:
    """Let the hospital hand a paper over, and see it filed."""
    arrival = Arrival(feeder=HOSPITAL, batch="b-1", content=content, declaration=said or Declaration())
    document = receive(arrival, house.services).document
    house.work()
    return document.id


def own_history(house: House) -> DocumentId:
    """File what was made of a night of the insurer's own, in the same patient's record."""
    patient: PatientRef = house.services.archive.pseudonym(DOMINIQUE)
    day = datetime(2026, 3, 14, 3, tzinfo=UTC)
    history = History(
        insurer="assurance", patient=patient, night=1, first=day.date().replace(year=2024), last=day.date(), cares=()
    )
    edition = Edition(history=history, ins=DOMINIQUE, traits=Traits(birth_name="PAT-TROIS"), number=1, at=day)
    document = publish(edition, house.services)
    assert document is not None
    return document.id


def at(path: str, places: Mapping[str, str]) -> str:
    """Return an address with something in its place."""
    for name, value in places.items():
        path = path.replace(name, value)
    return path


def told(answer: Response, places: Mapping[str, str]) -> tuple[int, str, dict[str, str]]:
    """Return everything that an answer tells, what was asked for apart."""
    text = answer.text
    for value in sorted(set(places.values()), key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(value)}\b", "?", text)
    return answer.status_code, text, {k: v for k, v in answer.headers.items() if k.lower() not in PASSING}


def others(house: House) -> dict[str, dict[str, str]]:
    """Return what there is of others, and of what was made of the insurer's own nights."""
    doctor = house.visitor("medecin")
    accepted = doctor.post(SUBMISSIONS, files=files(paper("one", pages=2))).json()
    length = {"Upload-Length": "10", "Tus-Resumable": "1.0.0"}
    upload = doctor.post("/api/v1/uploads", headers=length).headers["location"].rpartition("/")[2]
    house.work()
    theirs = {
        "{submission}": accepted["submission"],
        "{document_id}": accepted["files"][0]["document"]["id"],
        "{upload_id}": upload,
        "{number}": "1",
    }
    return {
        "another's": theirs,
        "a hospital's": {**theirs, "{document_id}": handed_over(house, paper("two"))},
        "what was made of its own nights": {**theirs, "{document_id}": own_history(house)},
    }


def test_no_address_tells_an_insurer_whether_anything_is_there(house: House) -> None:
    """P12: every route, with each of its methods: the answer is the same to the byte as where there is nothing."""
    places, insurer = others(house), house.visitor("assureur")
    asked = [(method, path) for method, path, _ in guarded(house) if "{" in path]
    assert len(asked) > 10
    for method, path in asked:
        nothing = told(insurer.request(method, at(path, NOWHERE)), NOWHERE)
        for what, there in places.items():
            assert told(insurer.request(method, at(path, there)), there) == nothing, (method, path, what)


def test_no_list_tells_an_insurer_of_others(house: House) -> None:
    """Every route that takes nothing: what the others' papers change in it is nothing."""
    insurer = house.visitor("assureur")
    lists = [path for method, path, _ in guarded(house) if method == "GET" and "{" not in path]
    before = {path: told(insurer.get(path), {}) for path in lists}
    others(house)
    assert {path: told(insurer.get(path), {}) for path in lists} == before


def fates(insurer: TestClient, house: House, content: bytes, **said: str) -> Any:
    """Hand something over as an insurer, let it be worked on, and return all that is told of it."""
    accepted = insurer.post(SUBMISSIONS, data=said, files=files(content)).json()
    house.work()
    followed = insurer.get(f"{SUBMISSIONS}/{accepted['submission']}").json()
    passing = {"id", "received_at", "changed_at", "size"}
    return [
        (file["duplicate"], {k: v for k, v in file["document"].items() if k not in passing})
        for file in followed["files"]
    ]


@pytest.mark.parametrize("content", [paper("a"), paper("b"), b"BAD", b""])
def test_what_an_insurer_hands_over_is_answered_alike_whatever_others_have(
    house: House, tmp_path: Path, content: bytes
) -> None:
    """The same bytes as another's, the same patient, or neither, in two installations: no fate of it says which."""
    among = House.at(tmp_path / "among")
    for known in (content, paper("a")):
        handed_over(among, known, Declaration(unique_id="1.2.3"))
    alone, told = (fates(one.visitor("assureur"), one, content) for one in (house, among))
    assert alone == told


def test_an_insurer_hands_over_nights_and_nothing_else(house: House) -> None:
    """A paper of an insurer's is in nobody's record, under whatever name: it is refused with a sentence."""
    insurer = house.visitor("assureur")
    ((duplicate, state),) = fates(insurer, house, paper("a"))
    assert (duplicate, state["stage"], state["reason"]) == (False, Stage.REFUSED, "not-a-night")
    assert state["sentence"].startswith("Un assureur")
    assert (state["pages"], state["nature"]) == (None, None)
