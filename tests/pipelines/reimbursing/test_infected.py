"""A night is examined for viruses before anything unpacks or parses a file of it; what cannot be examined waits."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from documents.stage import Stage
from pipelines.antivirus.clamd import Clamd
from pipelines.antivirus.interface import Antivirus
from pipelines.services import Services
from specimens.broken_nights import with_columns
from specimens.nights import Shape, Synthetic
from storage.ledger.interface import Listing
from tests.fakes import PlainAntivirus
from tests.pipelines.reimbursing.insuring import House
from tests.services.clamd import EICAR, running_clamd
from tests.world import World
from workers.breaking import breakers_of

PACKED = Shape(names=("lines.csv.gz",))


@dataclass
class Guarded(World):
    """A world with an antivirus of a test's choice."""

    guard: Antivirus | None = None

    @property
    def services(self) -> Services:
        """The services, over what rests here."""
        found = super().services
        return replace(found, skills=replace(found.skills, antivirus=self.guard or self.antivirus))


@pytest.fixture(scope="module")
def clamd() -> Iterator[Clamd]:
    """The real daemon."""
    with running_clamd() as daemon:
        yield Clamd.at(daemon.by_tcp, "VERSO_ANTIVIRUS_URL")


def house_of(world: World, folder: Path, guard: Antivirus | None = None) -> House:
    """Return an insurer of eight patients before an antivirus."""
    world.clock.turn(7 * 86400)
    guarded = Guarded(ledger=world.ledger, clock=world.clock, guard=guard)
    guarded.breakers = breakers_of(guarded.services)
    return House(guarded, folder, Synthetic(patients=8))


def infected(house: House) -> list[str]:
    """Return the lines of a night of which one carries the test virus of the antivirus makers."""
    first, *rest = house.insurer.full(1)
    return [*rest, with_columns(first, label=EICAR.decode())]


def test_a_packed_file_with_a_virus_refuses_its_night(world: World, tmp_path: Path, clamd: Clamd) -> None:
    """Nothing of it is applied, its insurer is told, and the night passes once it is clean."""
    house = house_of(world, tmp_path, clamd)
    night = house.hand_over(1, infected(house), PACKED)
    assert (night.stage, night.reason) == (Stage.REFUSED, "night-infected")
    assert {document.stage for document in world.ledger.list(Listing())} == {Stage.REFUSED}
    assert house.editions(0) == []
    assert EICAR in gzip.decompress((tmp_path / "night-1" / "lines.csv.gz").read_bytes())
    clean = house.hand_over(1, house.insurer.full(1), PACKED)
    assert clean.stage is Stage.MERGED


def test_a_manifest_with_a_virus_is_refused(world: World, tmp_path: Path) -> None:
    """Whatever comes in is examined, not the lines alone."""
    house = house_of(world, tmp_path)
    folder = house.written(1, house.insurer.full(1))
    manifest = folder / "night.json"
    manifest.write_text(manifest.read_text().replace('"insurer"', '"VIRUS": "", "insurer"', 1))
    night = house.settled(house.received(folder))
    assert (night.stage, night.reason) == (Stage.REFUSED, "night-infected")


def test_a_night_waits_uncounted_while_the_antivirus_is_away(world: World, tmp_path: Path) -> None:
    """P3: it is neither applied unexamined nor given up."""
    guard = PlainAntivirus()
    house = house_of(world, tmp_path, guard)
    guard.away = True
    night = house.hand_over(1, house.insurer.full(1))
    for _ in range(5):
        night = house.settled(night)
    assert (night.stage, night.attempts, house.editions(0)) == (Stage.RECEIVED, 0, [])
    guard.away = False
    assert house.settled(night).stage is Stage.MERGED
