"""Nights by the API: an insurer hands one over and follows it; nobody else hears of it."""

import json
from pathlib import Path

import pytest

from specimens.broken_nights import with_columns
from specimens.nights import Shape, Synthetic, write_night
from tests.web.house import House

SUBMISSIONS, NIGHTS = "/api/v1/submissions", "/api/v1/nights"


@pytest.fixture
def handed_over(house: House, tmp_path: Path) -> House:
    """Give a house to which an insurer has handed a night over, of which a line is wrong."""
    insurer = Synthetic(patients=40)
    first, *rest = insurer.full(1)
    folder = tmp_path / "night"
    folder.mkdir()
    write_night(folder, insurer, 1, [*rest, with_columns(first, label="")], Shape(names=("lines.csv.gz",)))
    sent = [("file", (place.name, place.read_bytes())) for place in sorted(folder.iterdir(), reverse=True)]
    assert house.visitor("assureur").post(SUBMISSIONS, files=sent).status_code == 202
    return house


def test_an_insurer_follows_its_night_to_the_last_line(handed_over: House) -> None:
    """Received, then applied: every line by file and section, every patient, every reject."""
    insurer = handed_over.visitor("assureur")
    for _ in range(3):
        handed_over.work()
    told = insurer.get(f"{NIGHTS}/1").json()
    assert (told["stage"], told["declared"]["lines"]) == ("applied", 200)
    assert told["lines"] == {"lines": 200, "accepted": 199, "duplicates": 0, "rejected": 1}
    assert told["patients"] == {"new": 40, "changed": 0, "unchanged": 0, "unknown": 0}
    assert {section["file"] for section in told["sections"]} == {"lines.csv.gz"}
    assert insurer.get(NIGHTS).json()["nights"] == [told]
    rejects = insurer.get(f"{NIGHTS}/1/rejects")
    assert rejects.headers["content-type"].startswith("text/csv")
    assert ";label;" in rejects.text
    assert insurer.get(f"{NIGHTS}/2").status_code == 404


def test_nobody_else_hears_of_a_night(handed_over: House) -> None:
    """Another feeder's members find none, an administrator is not let in, and no record names its insurer's file."""
    for _ in range(3):
        handed_over.work()
    for login in ("medecin", "secretaire", "dim", "exploitant"):
        visitor = handed_over.visitor(login)
        assert visitor.get(NIGHTS).json() == {"nights": []}
        assert visitor.get(f"{NIGHTS}/1").status_code == 404
        assert visitor.get(f"{NIGHTS}/1/rejects").status_code == 404
    assert handed_over.visitor("admin").get(NIGHTS).status_code == 403


def test_an_insurer_sees_its_files_and_none_of_the_histories_made_of_them(handed_over: House) -> None:
    """Two files of its own, in one submission; forty histories of which no list and no address tells it."""
    for _ in range(3):
        handed_over.work()
    insurer = handed_over.visitor("assureur")
    (submission,) = insurer.get(SUBMISSIONS).json()["submissions"]
    followed = insurer.get(f"{SUBMISSIONS}/{submission['submission']}").json()
    assert len(followed["files"]) == 2
    assert "patient" not in json.dumps(followed)
    page = insurer.get(f"/suivi/{submission['submission']}").text
    assert page.count("Porté en historique") == 2
    assert ">Classé<" not in page
