"""The account of a night: given once, whole, and the same whatever stands in the records of the patients it names."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from documents.action import Action
from documents.arrival import Arrival, Declaration
from documents.role import Role
from documents.stage import Stage
from feeders.outbox import FolderOutbox
from pipelines.erasing.erasing import Request, erase
from pipelines.erasing.retention import YEARS, Ground
from pipelines.receive import receive
from pipelines.reimbursing import nightly
from pipelines.reimbursing.merging import Merged, Merger
from specimens.broken_nights import with_columns
from specimens.nights import Insured, Synthetic
from storage.ledger.interface import Listing
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from tests.fakes import paper
from tests.pipelines.reimbursing.insuring import ASSURANCE, DELTA, House
from tests.world import HOSPITAL, Clock, World, person
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


class _Killed(Merger):
    """A part of a night that was merged, and whose worker was killed before it could say so."""

    def merge(self) -> Merged:
        """Do it, and do it again."""
        Merger(self._filing, self._lines, self._slots).merge()
        return super().merge()


def eventful(house: House) -> None:
    """Hand over nights that say of one patient all that can be said."""
    line, full = house.insurer.line, house.insurer.full
    without = [said for said in full(1) if not said.startswith("00000003-")]
    corrected = with_columns(line(3, 2, action="correct"), label="Libellé rectifié")
    house.world.clock.turn(7 * 86400)
    said = [line(3, 1), line(3, 90, day=date(2026, 3, 16)), corrected, line(4, 1)]
    house.hand_over(2, full(2))
    house.hand_over(3, full(3, changed=0.5))
    house.hand_over(4, [*said, line(3, 0, action="delete"), line(3, 77, action="delete")], DELTA)
    house.hand_over(5, [line(3, 90, day=date(2026, 3, 16)), corrected, line(3, 0, action="delete"), line(5, 0)], DELTA)
    house.hand_over(6, full(1))
    house.hand_over(7, without)
    house.hand_over(8, reversed(without))
    house.hand_over(9, [line(3, 1, action="delete"), line(3, 1)], DELTA)
    house.hand_over(10, [line(3, 1), line(3, 4)], DELTA)
    house.hand_over(11, full(4, changed=0.25))


def erased(house: House) -> None:
    """Erase the record of a patient."""
    request = Request(patient=house.pseudonym(3), by=person("dim"), why="order", ground=Ground.ORDER, years=YEARS)
    erase(request, house.world.services)


def readable(house: House) -> list[str]:
    """Return of which of the patient's histories something can be read."""
    listing = house.world.ledger.list(Listing(stage=Stage.STORED, feeder=ASSURANCE.name, limit=1000))
    archive, number = house.world.services.archive, Insured.of(3).ins.encode()
    return [one.id for one in listing if number in archive.open(one.id, one.required(Role.HISTORY))]


def test_no_account_tells_that_a_record_was_erased(
    made: Callable[[str], House], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P12: whatever is said again, corrected or taken back, each byte is the same; and nothing of it is kept."""
    told = {}
    for name in ("kept", "erased", "killed"):
        house = made(name)
        house.hand_over(1, house.insurer.full(1))
        if name != "kept":
            erased(house)
        if name == "killed":
            monkeypatch.setattr(nightly, "Merger", _Killed)
        eventful(house)
        told[name] = accounts(house, tmp_path / name / "outbox")
        assert bool(readable(house)) is (name == "kept")
    assert len(told["kept"]) == 22
    assert {name for name in told["kept"] if told["erased"].get(name) != told["kept"][name]} == set()
    assert {name for name in told["kept"] if told["killed"].get(name) != told["kept"][name]} == set()
