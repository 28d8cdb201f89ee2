"""A ledger that was lost is made anew with nights and standings: the next night costs no more than it would have."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from documents.lane import Lane
from documents.night import Patients
from documents.stage import Stage
from pipelines.rebuilding.rebuilder import rebuild
from pipelines.reimbursing.restoring import stand_again
from specimens.nights import Shape, Synthetic
from storage.ledger.interface import Listing
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from storage.nights.interface import Standing
from tests.pipelines.reimbursing.insuring import ASSURANCE, DELTA, House
from tests.world import World, person


@pytest.fixture
def houses(world: World, tmp_path: Path) -> Iterator[tuple[House, House]]:
    """Give an insurer whose nights came to every end, before its ledger was lost and after it was made anew."""
    world.clock.turn(7 * 86400)
    before = House(world, tmp_path, Synthetic(patients=8))
    before.hand_over(1, before.insurer.full(1))
    before.hand_over(2, before.insurer.delta(2, 0.5), DELTA)
    assert before.hand_over(2, before.insurer.full(2)).stage is Stage.REFUSED
    before.take(before.written(9, before.insurer.delta(9, 0.5), DELTA) / "lines.csv", "b-9")
    url = f"sqlite:///{tmp_path / 'made.db'}"
    migrate(url)
    with closing(open_ledger(url, world.clock.now)) as made:
        after = House(replace(world, ledger=made), tmp_path, before.insurer)
        report = rebuild(after.world.services, person("dim"), resume=False, seen=lambda _: None)
        assert (report.faults, report.beyond) == ([], [])
        yield before, after


def standings(house: House) -> dict[str, Standing]:
    """Return how the care of all patients stands."""
    return dict(house.world.ledger.nights.between(ASSURANCE.name, range(2**32)))


def test_what_stood_stands_again(houses: tuple[House, House]) -> None:
    """Care, traits, edition and night of each patient; of each night that was applied what became of it."""
    before, after = houses
    seen = {key: replace(one, version=0) for key, one in standings(after).items()}
    assert seen == {key: replace(one, version=0) for key, one in standings(before).items()}
    told = [night.reconciliation for night in after.world.ledger.nights.nights(ASSURANCE.name)]
    assert told == [night.reconciliation for night in before.world.ledger.nights.nights(ASSURANCE.name)]


def test_nobody_s_night_is_taken_for_a_paper(houses: tuple[House, House]) -> None:
    """P12: lines of many patients never wait in review: they are in the lane of nights, and go their night's way."""
    before, after = houses
    before.world.work()
    after.world.work()
    for one in after.world.ledger.list(Listing(limit=1000)):
        assert one.lane is Lane.NIGHTLY
        assert one.stage is before.world.document(one.id).stage


def test_the_next_night_goes_on(houses: tuple[House, House]) -> None:
    """A delta follows the last one, and a full night in which nothing changed files nothing."""
    _, after = houses
    after.world.work()
    assert after.hand_over(3, after.insurer.delta(3, 0.5), DELTA).stage is Stage.MERGED
    lines = [*after.insurer.full(2, changed=0.5), *after.insurer.delta(3, 0.5)]
    assert after.hand_over(4, lines, Shape(names=("again.ndjson",))).stage is Stage.MERGED
    told = after.night(4).reconciliation
    assert told is not None
    assert told.patients == Patients(unchanged=8)
    assert [len(after.editions(patient)) for patient in range(8)] == [2] * 8


def test_an_edition_that_is_not_the_last_changes_nothing(houses: tuple[House, House]) -> None:
    """Documents are come upon in no order."""
    _, after = houses
    stood = standings(after)
    for one in after.world.ledger.list(Listing(stage=Stage.STORED, limit=1000)):
        stand_again(one, after.world.services)
    assert standings(after) == stood
