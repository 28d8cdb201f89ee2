"""An insurer's night whose workers are killed again and again ends as one that nobody disturbed, byte for byte."""

import json
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from documents.arrival import Arrival, Declaration
from documents.document import Document
from documents.night import NightStage
from documents.role import Role
from pipelines.receive import receive
from pipelines.reimbursing.statement import Statement
from specimens.nights import Synthetic, write_night
from storage.archive import Archive
from storage.keys.keyfile import create
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from tests.architecture.tree import ROOT
from tests.pipelines.reimbursing.insuring import ASSURANCE, DELTA, PLAIN
from tests.pipelines.reimbursing.killing import services_in
from tests.world import Clock

INSURER = Synthetic(patients=24, lines_each=4)
KILLS = 10


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder where a full night is applied, and a delta has come in that changes half of its patients."""
    home = tmp_path / "undisturbed"
    home.mkdir()
    create(home / "master.key")
    migrate(f"sqlite:///{home / 'ledger.db'}")
    lines = [*INSURER.delta(2, 0.5), INSURER.line(1, 1, action="delete"), INSURER.line(30, 1, action="delete")]
    with closing(open_ledger(f"sqlite:///{home / 'ledger.db'}", Clock().now)) as ledger:
        for number, said, shape in ((1, INSURER.full(1), PLAIN), (2, lines, DELTA)):
            folder = tmp_path / f"night-{number}"
            folder.mkdir()
            write_night(folder, INSURER, number, said, shape)
            for place in sorted(folder.iterdir()):
                declared = Declaration(file_name=place.name)
                receive(
                    Arrival(feeder=ASSURANCE, batch=folder.name, content=place.read_bytes(), declaration=declared),
                    services_in(home, ledger),
                )
    return home


@pytest.mark.timeout(400)
def test_ten_kills_change_nothing(home: Path, tmp_path: Path) -> None:
    """P1, P2: what was sealed, noted or filed is found; every history, standing and count is as undisturbed."""
    disturbed = tmp_path / "disturbed"
    shutil.copytree(home, disturbed)
    assert _worked(home) == [0]
    assert _worked(disturbed, *range(KILLS)) == [-signal.SIGKILL] * KILLS
    assert _worked(disturbed) == [0]
    assert _state(disturbed) == _state(home)


def _worked(home: Path, *seeds: int) -> list[int]:
    """Let a worker do what is due, or one after the other die of each seed; return how each ended."""
    words = [sys.executable, "-m", "tests.pipelines.reimbursing.killing", str(home), *map(str, seeds)]
    said = subprocess.run(words, cwd=ROOT, capture_output=True, check=True).stdout
    # What comes before are their logs.
    ended: list[int] = json.loads(said.splitlines()[-1])
    return ended


def _state(home: Path) -> dict[str, object]:
    """Return all that the nights left: the registers, and what rests of every history, opened."""
    with closing(open_ledger(f"sqlite:///{home / 'ledger.db'}", Clock().now)) as ledger:
        archive = services_in(home, ledger).archive
        standings = ledger.nights.between(INSURER.insurer, range(2**32))
        documents = {one.document: ledger.document(one.document) for one in standings.values() if one.document}
        nights = ledger.nights.nights(INSURER.insurer)
        assert [night.stage for night in nights] == [NightStage.APPLIED, NightStage.APPLIED]
        assert all(night.reconciliation and night.reconciliation.balances for night in nights)
        assert (
            sum(len(Statement.from_json(_opened(archive, one, Role.HISTORY)).texts) for one in documents.values()) > 96
        )
        told = {night.number: night.reconciliation for night in nights}
        roles = (Role.ORIGINAL, Role.HISTORY, Role.METADATA, Role.DECLARATION)
        opened = {key: [_opened(archive, one, role) for role in roles] for key, one in documents.items()}
        return {
            "standings": standings,
            "told": told,
            "histories": opened,
            "runs": list((home / "objects").rglob("run-*")),
        }


def _opened(archive: Archive, document: Document, role: Role) -> bytes:
    return archive.open(document.id, document.required(role))
