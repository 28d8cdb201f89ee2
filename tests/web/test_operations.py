"""What died is seen, resumed and given up by who runs things, without a patient; the web shows that it lives."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from documents.action import Action
from documents.actor import Actor
from documents.document import DocumentId
from documents.event import Event
from documents.stage import Stage
from pipelines.discarding import GROUND
from tests.fakes import paper
from tests.web.house import House, files
from verso.telemetry.interface import Act, Doing, Silent

DEAD = "/api/v1/dead"


@pytest.fixture
def dead(house: House) -> str:
    """A hospital's document that died."""
    operator = house.visitor("exploitant")
    accepted = operator.post("/api/v1/submissions", files=files(paper("one"))).json()
    ledger, services = house.services.ledger, house.services
    (work,) = ledger.due(1, timedelta(0))
    claim = ledger.claim(work, "here/1/1", timedelta(seconds=60))
    assert claim is not None
    event = Event(at=services.now(), actor=Actor.worker("here/1/1"), action=Action.FAILED, document=work.document)
    ledger.failed(claim, "reader-failed", None, event, "0.1.0")
    return str(accepted["files"][0]["document"]["id"])


@pytest.mark.parametrize("login", ["admin", "exploitant"])
def test_what_died_is_listed_shown_and_resumed(house: House, dead: str, login: str) -> None:
    """Every attempt with its cause, by ids and codes alone; then it goes on where it died."""
    visitor = house.visitor(login)
    assert [each["id"] for each in visitor.get(DEAD).json()["documents"]] == [dead]
    shown = visitor.get(f"{DEAD}/{dead}").json()
    assert (shown["died_in"], shown["attempts"][0]["code"]) == ("received", "reader-failed")
    assert shown["document"]["nature"] is None
    assert "reader-failed" in visitor.get("/exploitation").text
    assert visitor.post(f"/exploitation/{dead}/reprendre").status_code == 303
    house.work()
    assert house.document(dead).stage is Stage.STORED
    assert visitor.get(f"{DEAD}/{dead}").status_code == 409


def test_what_died_is_given_up_with_a_ground(house: House, dead: str) -> None:
    """Who and why are on record, the why sealed; without one nothing is given up."""
    admin = house.visitor("admin")
    assert admin.post(f"{DEAD}/{dead}/discard", json={"why": ""}).status_code == 422
    assert admin.post(f"{DEAD}/{dead}/discard", json={"why": "no scanner reads it"}).status_code == 202
    assert house.document(dead).stage is Stage.REFUSED
    event = house.services.ledger.events(house.document(dead).id)[-1]
    assert event.sealed_ground is not None
    ground = house.services.archive.open_note(GROUND + dead.encode(), event.sealed_ground)
    assert (str(event.actor), ground) == ("administrator:admin", b"no scanner reads it")


def test_another_feeder_s_dead_are_not_there(house: House, dead: str) -> None:
    """An operator sees to its own feeder's; a practitioner to none."""
    insurer = house.visitor("assureur")
    assert insurer.get(DEAD).status_code == 403
    foreign = house.visitor("medecin").post("/api/v1/submissions", files=files(paper("mine"))).json()
    operator = house.visitor("exploitant")
    mine = foreign["files"][0]["document"]["id"]
    assert operator.get(f"{DEAD}/{mine}").status_code == 404
    assert operator.post(f"{DEAD}/{mine}/replay").status_code == 404
    assert house.document(dead).stage is Stage.DEAD


class Listener(Silent):
    """Remembers what was done."""

    def __init__(self) -> None:
        """Nothing was."""
        self.done: list[str] = []

    @contextmanager
    def doing(self, act: Act, detail: str = "", document: DocumentId | None = None) -> Iterator[Doing]:
        """Note it."""
        self.done.append(f"{act}/{detail}")
        with super().doing(act, detail, document) as doing:
            yield doing


def test_receipts_are_watched(house: House) -> None:
    """What the web does is counted and traced like what the other processes do."""
    listener = Listener()
    house.app.state.desk._telemetry = listener
    house.visitor("medecin").post("/api/v1/submissions", files=files(paper("one")))
    assert f"{Act.RECEIPT}/practitioner" in listener.done
