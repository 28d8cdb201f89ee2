"""The account of a night: given once, whole, and the same whatever stands in the records of the patients it names."""

from collections.abc import Callable
from pathlib import Path

import pytest

from documents.action import Action
from documents.arrival import Arrival, Declaration
from feeders.outbox import FolderOutbox
from pipelines.receive import receive
from specimens.broken_nights import with_columns
from specimens.nights import Insured, Synthetic
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from tests.fakes import paper
from tests.pipelines.reimbursing.insuring import ASSURANCE, House
from tests.world import HOSPITAL, Clock, World
from workers.accounting import Accountant


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str], House]:
    """Make an insurer of eight patients, in a world of its own."""

    def make(name: str) -> House:
        folder, clock = tmp_path / name, Clock()
        folder.mkdir()
        clock.turn(7 * 86400)
        url = f"sqlite:///{folder / 'ledger.db'}"
        migrate(url)
        world = World(ledger=open_ledger(url, clock.now), clock=clock)
        return House(world, folder, Synthetic(patients=8))

    return make


def accounts(house: House, folder: Path) -> dict[str, bytes]:
    """Return what an insurer finds in its outbox."""
    Accountant().round(ASSURANCE.name, FolderOutbox(path=folder), house.world.services)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.exists() else {}


def lines(house: House) -> list[str]:
    """Return a night's lines, of which one is wrong."""
    first, *rest = house.insurer.full(1)
    return [*rest * 4, *[with_columns(first, label="")]]


def test_a_night_is_accounted_for_once_with_its_rejects(made: Callable[[str], House], tmp_path: Path) -> None:
    """P20: by whichever process; what was collected does not come again."""
    house = made("one")
    house.hand_over(1, lines(house))
    outbox = tmp_path / "outbox"
    assert list(accounts(house, outbox)) == [
        *("night-000001-rejects.csv", "night-000001-rejects.json", "night-000001.csv", "night-000001.json")
    ]
    for path in outbox.iterdir():
        path.unlink()
    assert accounts(house, outbox) == {}
    night = house.night(1)
    assert night.document is not None
    assert [one.action for one in house.world.ledger.events(night.document)].count(Action.ACCOUNTED) == 1


def test_a_refused_night_is_accounted_for_too(made: Callable[[str], House], tmp_path: Path) -> None:
    """With its code and a sentence, and every line that was wrong."""
    house = made("one")
    house.hand_over(1, [with_columns(line, label="") for line in house.insurer.full(1)])
    told = accounts(house, tmp_path / "outbox")["night-000001.json"]
    assert b'"night-rejected"' in told
    assert b'"stage": "refused"' in told


def strangers(house: House) -> None:
    """Let a hospital have filed papers of some of the patients."""
    services = house.world.services
    for patient in range(6):
        content = paper(str(patient), ins=Insured.of(patient).ins)
        receive(Arrival(feeder=HOSPITAL, content=content, declaration=Declaration()), services)
    house.world.work()
    assert len(house.editions(2)) == 1


def test_no_account_tells_what_stands_in_anybody_s_record(made: Callable[[str], House], tmp_path: Path) -> None:
    """P12: with papers of others in it or without: each byte of three accounts is the same."""
    alone, among = made("alone"), made("among")
    strangers(among)
    among.world.clock.time = alone.world.clock.time
    told = []
    for house in (alone, among):
        house.hand_over(1, lines(house))
        house.hand_over(2, house.insurer.full(2, changed=0.5))
        house.hand_over(3, [house.insurer.line(n, 3) for n in range(1, 8)])
        told.append(accounts(house, tmp_path / house.folder.name / "outbox"))
    assert len(told[0]) == 8
    assert told[0] == told[1]
