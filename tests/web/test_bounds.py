"""What bounds a visitor: how often they ask, how many files they hand over, how much a list gives at once."""

from pathlib import Path

import pytest

from documents.errors import VersoError
from feeders.upload import PIECE
from tests.fakes import paper
from tests.web.house import House, files, services_of_plain_papers
from web.problems import Turned

SUBMISSIONS = "/api/v1/submissions"


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skills that need no paper."""
    monkeypatch.setattr("web.desk.build_services", services_of_plain_papers)


@pytest.mark.usefixtures("plain", "within_a_minute")
def test_who_asks_too_often_is_told_when_to_ask_again(tmp_path: Path) -> None:
    """Each for themselves: another visitor is not held up by it."""
    house = House.at(tmp_path / "home", requests_a_minute=5)
    doctor, other = house.visitor("medecin"), house.visitor("dim")
    answers = [doctor.get("/api/v1/me") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].json()["code"] == "too-many-requests"
    assert int(answers[-1].headers["retry-after"]) > 0
    assert other.get("/api/v1/me").status_code == 200


@pytest.mark.usefixtures("plain")
def test_a_submission_holds_no_more_files_than_allowed(tmp_path: Path) -> None:
    """Those that came before the one too many rest sealed; sent again in two, nothing is doubled."""
    house = House.at(tmp_path / "home", most_files=2)
    doctor = house.visitor("medecin")
    answer = doctor.post(SUBMISSIONS, files=files(paper("one"), paper("two"), paper("three")))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-many-files")
    accepted = doctor.post(SUBMISSIONS, files=files(paper("one"), paper("three"))).json()
    assert [file["duplicate"] for file in accepted["files"]] == [True, False]


def test_lists_are_read_page_by_page_without_a_gap(house: House) -> None:
    """By keyset: what comes in meanwhile neither hides nor doubles anything."""
    doctor = house.visitor("medecin")
    for name in "abcde":
        doctor.post(SUBMISSIONS, files=files(paper(name)))
    for place, field, key, at in (
        ("/api/v1/documents", "documents", "id", "after"),
        (SUBMISSIONS, "submissions", "submission", "before"),
    ):
        found, following = [], ""
        while following is not None:
            answer = doctor.get(place, params={"limit": 2} | ({at: following} if following else {})).json()
            found += [one[key] for one in answer[field]]
            following = answer["next"]
            doctor.post(SUBMISSIONS, files=files(paper(f"{place}{len(found)}")))
        assert len(found) == len(set(found)) >= 5
        assert doctor.get(place, params={at: "0" * 32}).status_code in {200, 404}


def test_nothing_of_a_file_rests_readable_while_it_comes_in(house: House) -> None:
    """Between two pieces, and when it is whole: neither its bytes nor its name are anywhere below the home."""
    word = b"a word that stands in no other file"
    doctor = house.visitor("medecin")
    content = (word * (2 * PIECE // len(word) + 1))[: 2 * PIECE]
    headers = {"Upload-Length": str(len(content)), "Upload-Metadata": "filename bW9uLXBhdGllbnQucGRm"}
    place = doctor.post("/api/v1/uploads", headers=headers).headers["location"]
    offsets = {"Content-Type": "application/offset+octet-stream"}
    for start in (0, PIECE):
        piece = content[start : start + PIECE]
        doctor.patch(place, content=piece, headers=offsets | {"Upload-Offset": str(start)})
        readable = [
            file
            for file in house.settings.home.rglob("*")
            if file.is_file() and any(found in file.read_bytes() for found in (word, b"mon-patient"))
        ]
        assert readable == []


def test_the_schema_is_openapi_3_1_and_every_problem_has_a_line_in_the_table(house: House) -> None:
    """Whoever reads a code finds what to do about it."""
    assert house.visitor("medecin").get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")
    table = Path("docs/errors.md").read_text(encoding="utf-8")
    problems: list[type[VersoError]] = [*Turned.__subclasses__()]
    assert problems
    assert all(f"`{problem.code}`" in table for problem in problems)
