"""An insurer's night on a whole installation: from a folder in its inbox to the next edition in a patient's record."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from documents.document import Document
from documents.night import NightStage
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.stage import Stage
from specimens.nights import Insured, Shape, Synthetic, write_night
from storage.ledger.interface import Listing
from tests.canaries import Canaries
from tests.journeys.installation import Installation
from verso.bootstrap import build_archive
from verso.settings import load_settings

INSURER = Synthetic(patients=6, lines_each=4)


@pytest.fixture
def insured(installation: Installation) -> Installation:
    """An installation whose one inbox is an insurer's."""
    inbox = installation.root / "assurance"
    inbox.mkdir()
    installation.settings |= {
        "INBOXES": json.dumps({"assurance": str(inbox)}),
        "INBOX_RULES": json.dumps({"assurance": {"kind": "insurer"}}),
        "NIGHT_LOOK_SECONDS": "0.5",
    }
    return installation


def drop(installation: Installation, night: int, changed: float) -> None:
    """Drop a night as a folder, whole."""
    hidden = installation.root / "assurance" / f".night-{night}"
    hidden.mkdir()
    names = ("lines-1.csv.zst", "lines-2.ndjson.gz")
    write_night(hidden, INSURER, night, INSURER.full(night, changed), Shape(names=names))
    hidden.rename(hidden.with_name(f"night-{night}"))


def history_of(installation: Installation, patient: int) -> list[Document]:
    """Return the editions in a patient's record, the newest first."""
    key = installation.home / "master.key"
    archive = build_archive(load_settings(home=installation.home, key_file=key, objects_url=None))
    pseudonym = archive.pseudonym(Ins(number=Insured.of(patient).ins, oid=OID_INS_NIR_TEST))
    return list(installation.ledger.list(Listing(patient=pseudonym, stage=Stage.STORED)))


def is_over(installation: Installation, night: int) -> bool:
    """Tell whether nothing more happens to a night, and its insurer is answered."""
    found = installation.ledger.nights.night("assurance", night)
    answers = list((installation.home / "outbox" / "assurance").glob("*-settled.json"))
    return found is not None and found.stage is NightStage.APPLIED and len(answers) >= night


def test_a_night_goes_from_its_drop_to_the_next_edition(insured: Installation) -> None:
    """P1, P13: a worker dies meanwhile; each patient has one edition, who changed two, and nothing rests readable."""
    drop(insured, 1, 0.0)
    insured.start("watcher", "courier", "worker")
    insured.wait_until(lambda: insured.ledger.nights.under_way("assurance") is not None or is_over(insured, 1))
    insured.kill("worker")
    insured.start("worker")
    insured.wait_until(lambda: is_over(insured, 1))
    assert [len(history_of(insured, patient)) for patient in range(6)] == [1] * 6
    drop(insured, 2, 0.5)
    insured.wait_until(lambda: is_over(insured, 2))
    assert [len(history_of(insured, patient)) for patient in range(6)] == [2, 1, 2, 1, 2, 1]
    newest, former = history_of(insured, 4)
    assert (newest.supersedes, former.superseded_by, newest.type_code) == (former.id, newest.id, "REMB")
    night = insured.ledger.nights.night("assurance", 2)
    assert night is not None
    assert night.reconciliation is not None
    assert (night.reconciliation.patients.changed, night.reconciliation.patients.unchanged) == (3, 3)
    assert insured.command("verify").returncode == 0
    insured.end()
    people = [Insured.of(patient) for patient in range(6)]
    words = {f"number {n}": person.ins for n, person in enumerate(people)} | {"label": "AMOXICILLINE SYNTHETIQUE"}
    searched = [path for path in insured.home.iterdir() if path.name != "outbox"]
    assert Canaries(words).leaks(*searched, insured.logs, insured.temporary, Path(insured.root / "assurance")) == []


def hours(begin: int, end: int) -> str:
    """Return a window so many hours from now, as clocks in France show it."""
    now = datetime.now(ZoneInfo("Europe/Paris"))
    return "-".join(f"{now + timedelta(hours=by):%H:%M}" for by in (begin, end))


def test_a_night_waits_for_its_window_and_is_accounted_for(insured: Installation) -> None:
    """P20: by day it rests received while a hospital's paper gets through; when the window opens it is applied."""
    inboxes = {"assurance": str(insured.root / "assurance"), "hospital": str(insured.inbox)}
    insured.settings |= {"INBOXES": json.dumps(inboxes), "NIGHT_ROUND_SECONDS": "0.5", "NIGHT_WINDOW": hours(2, 3)}
    drop(insured, 1, 0.0)
    insured.start("watcher", "courier", "worker", "scheduler")
    insured.wait_until(lambda: insured.ledger.counts("assurance")[Stage.RECEIVED] == 3)
    (insured.inbox / "note.txt").write_text("Penser à commander du papier.", encoding="utf-8")
    insured.wait_until(lambda: insured.ledger.counts("hospital")[Stage.REVIEW] == 1)
    assert insured.ledger.counts("assurance")[Stage.RECEIVED] == 3
    assert insured.ledger.nights.nights("assurance") == []

    insured.kill("courier", "worker", "scheduler")
    insured.settings["NIGHT_WINDOW"] = hours(-1, 1)
    insured.start("courier", "worker", "scheduler")
    account = insured.home / "outbox" / "assurance" / "night-000001.json"
    insured.wait_until(account.exists)
    told = json.loads(account.read_bytes())
    assert (told["stage"], told["lines"]["accepted"], told["patients"]["new"]) == ("applied", 24, 6)
    assert [len(history_of(insured, patient)) for patient in range(6)] == [1] * 6
