"""The insurer of the demo: its nights follow one another, and each is told in a sentence."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from documents.night import FileTally, NightStage, Patients, Reconciliation, Tally
from tests.contracts.nights import NIGHT
from verso.bootstrap import build_services, prepare
from verso.cli.demonstrating import demo_settings
from verso.cli.insuring import INSURER, drop_night, sentence


def test_each_demonstration_drops_the_next_night(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What stands in its own inbox, whole: the second time a night of which some patients changed."""
    monkeypatch.setenv("VERSO_HOME", str(tmp_path))
    settings = demo_settings()
    prepare(settings)
    services = build_services(settings)
    assert drop_night(settings, services).told(services) is None
    applied = replace(NIGHT, insurer=INSURER, number=1, stage=NightStage.APPLIED)
    services.ledger.nights.begin(applied, [])
    drop_night(settings, services)
    dropped = sorted(settings.watched[INSURER].iterdir())
    said = [json.loads((folder / "night.json").read_text(encoding="utf-8")) for folder in dropped]
    assert [(one["night"], one["lines"], one["patients"]) for one in said] == [(1, 24, 4), (2, 26, 4)]


def test_a_night_is_told_in_a_sentence() -> None:
    """What became of its lines and of its patients, or why it was refused."""
    told = Reconciliation(
        files=(FileTally(file=0, section=None, tally=Tally(lines=9, accepted=6, duplicates=2, rejected=1)),),
        patients=Patients(new=3, changed=2, unchanged=1),
    )
    assert sentence(replace(NIGHT, reconciliation=told)) == (
        "An insurer's night 7: 9 lines, 6 accepted, 2 said before, 1 rejected; "
        "histories of 3 patients new, 2 changed, 1 as they were."
    )
    refused = replace(NIGHT, stage=NightStage.REFUSED, code="night-damaged")
    assert sentence(refused) == "An insurer's night 7: night-damaged."
