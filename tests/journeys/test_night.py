"""A hospital's night, with everything killed in the middle: nothing lost, nothing doubled, nothing readable at rest."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.action import Action
from documents.stage import Stage
from specimens import Form, Specimen, generate
from tests.canaries import Canaries
from tests.journeys.installation import Installation

_COLUMNS = ("file", "ins", "ins_oid", "birth_name", "birth_date")


@pytest.fixture(scope="module")
def papers() -> list[Specimen]:
    """A dozen papers: born-digital, scanned and mixed."""
    forms = (Form.DIGITAL, Form.PNG, Form.MIXED, Form.SCANNED_PDF)
    return list(generate(12, seed=7, forms=forms, degradations=("light200",)))


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One installation, a worker of two slots, whose one night is looked at from two sides."""
    made = Installation(tmp_path_factory.mktemp("night") / "verso", {"SLOTS": "2"})
    assert made.command("status").returncode == 0
    yield made
    made.end()


def drop(papers: list[Specimen], inbox: Path) -> None:
    """Drop papers as one batch with a manifest that declares their patients."""
    hidden = inbox / ".night"
    hidden.mkdir()
    with (hidden / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        manifest = csv.writer(file, delimiter=";")
        manifest.writerow(_COLUMNS)
        for paper in papers:
            (hidden / paper.name).write_bytes(paper.content)
            ins, traits = paper.truth.ins, paper.truth.traits
            manifest.writerow((paper.name, ins.number, ins.oid, traits.birth_name, traits.birth_date))
    hidden.rename(inbox / "night")


def canaries_of(papers: list[Specimen]) -> Canaries:
    """Return the words of the papers that may rest nowhere."""
    planted = {}
    for number, paper in enumerate(papers):
        planted[f"matricule {number}"] = paper.truth.ins.number
        planted[f"name {number}"] = f"{paper.truth.traits.birth_name} {paper.truth.traits.first_names[0]}"
        planted[f"file {number}"] = paper.name
    return Canaries(planted)


def test_a_night_of_kills_files_everything_exactly_once(installation: Installation, papers: list[Specimen]) -> None:
    """P1, P2, P15, P25: watcher, courier and worker die with SIGKILL, twice each; every paper is settled once."""
    drop(papers, installation.inbox)
    installation.start("watcher", "courier", "worker")
    installation.wait_until(lambda: installation.settled() >= 2)
    installation.kill("worker", "watcher")
    installation.start("worker", "watcher")
    installation.wait_until(lambda: installation.settled() >= 5)
    installation.kill("worker", "courier", "watcher")
    installation.start("worker", "courier", "watcher")
    installation.wait_until(lambda: any(installation.outbox.glob("*-settled.json")))

    documents = installation.documents()
    assert len(documents) == len(papers)
    stages = Counter(document.stage for document in documents)
    assert set(stages) <= {Stage.STORED, Stage.REVIEW}
    assert stages[Stage.STORED] * 3 >= len(papers)
    for document in documents:
        events = Counter((event.action, event.detail) for event in installation.ledger.events(document.id))
        assert events[Action.RECEIVED, ""] == 1
        assert events[Action.MOVED, document.stage] == 1
    answer = json.loads(next(installation.outbox.glob("*-settled.json")).read_text(encoding="ascii"))
    assert sorted(line["file"] for line in answer["files"]) == sorted(paper.name for paper in papers)
    # What a killed watcher had claimed lies here once more until the next look finds it known.
    installation.wait_until(lambda: not any(path.is_file() for path in installation.inbox.glob("night/*")))
    assert installation.command("verify").returncode == 0


def test_after_a_night_of_kills_nothing_readable_rests_anywhere(
    installation: Installation, papers: list[Specimen]
) -> None:
    """P13, P14: names, numbers and file names are in no object, database page, message, log or temporary file.

    Whoever was killed in the middle of its work cleaned nothing up.
    """
    assert any(installation.outbox.glob("*-settled.json"))
    installation.end()
    searched = [path for path in installation.home.iterdir() if path.name != "outbox"]
    assert len(searched) >= 4
    assert canaries_of(papers).leaks(*searched, installation.logs, installation.temporary) == []
