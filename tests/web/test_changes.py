"""A submission followed live: told from the ledger, so that a reload or a restart loses nothing (P37)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes import paper
from tests.web.house import House, files

SUBMISSIONS = "/api/v1/submissions"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the ledger often, and not for ever."""
    monkeypatch.setattr("web.api.changes._LOOK", 0.01)
    monkeypatch.setattr("web.api.changes._LOOKS", 3)


def told(text: str) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield the id, name and content of each event."""
    for block in text.split("\n\n"):
        fields = dict(line.partition(": ")[::2] for line in block.splitlines())
        if "event" in fields:
            yield fields.get("id", ""), fields["event"], json.loads(fields["data"])


def test_every_file_is_told_and_then_that_all_is_settled(house: House) -> None:
    """The stream ends when nothing more will happen."""
    doctor = house.visitor("medecin")
    accepted = doctor.post(SUBMISSIONS, files=files(paper("one"), paper("two"))).json()
    house.work()
    events = list(told(doctor.get(f"{SUBMISSIONS}/{accepted['submission']}/changes").text))
    assert [name for _, name, _ in events] == ["file", "file", "totals", "settled"]


def test_who_comes_back_is_told_what_changed_since(house: House) -> None:
    """With the id of the last event seen; what was seen long before is not told again."""
    doctor = house.visitor("medecin")
    accepted = doctor.post(SUBMISSIONS, files=files(paper("one"))).json()
    place = f"{SUBMISSIONS}/{accepted['submission']}/changes"
    first = list(told(doctor.get(place).text))
    assert [name for _, name, _ in first] == ["file", "totals"]
    house.work()
    back = list(told(doctor.get(place, headers={"Last-Event-ID": first[0][0]}).text))
    assert [name for _, name, _ in back] == ["file", "totals", "settled"]
    late = str(int(back[0][0]) + 10**9)
    assert [name for _, name, _ in told(doctor.get(place, headers={"Last-Event-ID": late}).text)] == ["settled"]


def test_the_pages_read_so_far_are_counted(house: House) -> None:
    """A long stack is seen to get on."""
    doctor = house.visitor("medecin")
    accepted = doctor.post(SUBMISSIONS, files=files(paper("one", pages=9))).json()
    house.work()
    states = [
        content
        for _, name, content in told(doctor.get(f"{SUBMISSIONS}/{accepted['submission']}/changes").text)
        if name == "file"
    ]
    assert states[0]["document"]["pages_read"] == 9  # type: ignore[index]


def test_a_page_that_was_read_is_news(house: House) -> None:
    """P37: a stack moves page by page, also for who comes back in the middle of it."""
    doctor = house.visitor("medecin")
    accepted = doctor.post(SUBMISSIONS, files=files(paper("one", pages=9))).json()
    ledger, lease = house.services.ledger, timedelta(seconds=60)
    (due,) = ledger.due(1, timedelta(0))
    claim = ledger.claim(due, "here/1/1", lease)
    assert claim is not None
    place = f"{SUBMISSIONS}/{accepted['submission']}/changes"
    late = str(int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000)
    told_of = []
    for pages in (2, 3):
        ledger.renew(claim, lease, pages)
        back = list(told(doctor.get(place, headers={"Last-Event-ID": late}).text))
        told_of += [content["document"]["pages_read"] for _, name, content in back if name == "file"]  # type: ignore[index]
    assert told_of == [2, 3]


def test_another_feeder_hears_nothing(house: House) -> None:
    """Not even that there is something to hear."""
    accepted = house.visitor("medecin").post(SUBMISSIONS, files=files(paper("one"))).json()
    assert house.visitor("assureur").get(f"{SUBMISSIONS}/{accepted['submission']}/changes").status_code == 404
