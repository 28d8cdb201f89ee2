"""The account of a night: every line and patient of it, as its insurer named them, and not a word more."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from documents.care import Section
from documents.night import FileTally, Night, NightStage, Patients, Reconciliation, Tally
from feeders.accounting import Account, RejectedLine, Rejects
from feeders.outbox import FolderOutbox

AT = datetime(2026, 3, 14, 3, tzinfo=UTC)
RECONCILED = Reconciliation(
    files=(
        FileTally(file=0, section=Section.MEDICINES, tally=Tally(lines=10, accepted=7, duplicates=2, rejected=1)),
        FileTally(file=1, section=None, tally=Tally(lines=2, rejected=2)),
    ),
    patients=Patients(new=1, changed=2, unchanged=3, unknown=4),
)
NIGHT = Night(
    insurer="assurance",
    number=7,
    full=False,
    stage=NightStage.APPLIED,
    lines=12,
    patients=10,
    received_at=AT,
    changed_at=AT,
    reconciliation=RECONCILED,
)
ACCOUNT = Account(night=NIGHT, file_names=("soins.csv.gz", "=2+2.csv"))


def test_an_account_says_what_became_of_every_line_and_patient() -> None:
    """By file and section and in all; declared beside found."""
    told = json.loads(ACCOUNT.to_json())
    assert told["lines"] == {"lines": 12, "accepted": 7, "duplicates": 2, "rejected": 3}
    assert told["patients"] == {"new": 1, "changed": 2, "unchanged": 3, "unknown": 4}
    assert told["declared"] == {"lines": 12, "patients": 10}
    assert told["sections"][0] == {
        "file": "soins.csv.gz", "section": "medicines", "lines": 10, "accepted": 7, "duplicates": 2, "rejected": 1,
    }  # fmt: skip


def test_an_account_tells_of_nothing_but_the_night() -> None:
    """Whoever adds a field says here why an insurer may know it."""
    assert json.loads(ACCOUNT.to_json()).keys() == {
        *("night", "kind", "stage", "code", "sentence", "received_at", "ended_at"),
        *("declared", "lines", "patients", "sections"),
    }


def test_a_spreadsheet_of_it_runs_nothing() -> None:
    """A file's name may be a formula."""
    rows = list(csv.reader(ACCOUNT.to_csv().decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[2] == ["'=2+2.csv", "", "2", "0", "0", "2"]


@pytest.mark.parametrize("stage", [NightStage.RECEIVED, NightStage.APPLYING])
def test_a_night_on_its_way_has_counted_nothing_yet(stage: NightStage) -> None:
    """What is not known is not told as none."""
    on_its_way = Night(
        insurer="a", number=1, full=True, stage=stage, lines=1, patients=1, received_at=AT, changed_at=AT
    )
    told = Account(night=on_its_way, file_names=()).to_fields()
    assert (told["lines"], told["patients"], told["ended_at"]) == (None, None, None)


def test_rejects_are_told_by_number_code_and_sentence(tmp_path: Path) -> None:
    """They lie in the outbox beside the account, as JSON and CSV."""
    line = RejectedLine(file="soins.csv.gz", line=3, code="ins-key", sentence="La clé est fausse.")
    outbox = FolderOutbox(path=tmp_path)
    for answer in (ACCOUNT, Rejects(night=7, lines=(line,))):
        outbox.write(answer)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("night-000007-rejects.csv", "night-000007-rejects.json", "night-000007.csv", "night-000007.json")
    ]
    assert "ins-key" in (tmp_path / "night-000007-rejects.csv").read_text(encoding="utf-8-sig")
    assert "soins" not in repr(line)
