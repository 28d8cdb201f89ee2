"""The files of past nights are destroyed some days after; what they said stands, and nights go on as before."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from documents.action import Action
from documents.actor import Actor
from documents.document import Document
from documents.errors import Erased
from documents.event import Event
from documents.night import NightStage
from documents.role import Role
from documents.stage import Stage
from pipelines.erasing.erasing import Request, erase
from pipelines.erasing.holding import hold
from pipelines.erasing.retention import YEARS, Ground
from pipelines.reimbursing.clearing import Clearer
from specimens.nights import Insured, Shape, Synthetic
from storage.ledger.interface import Listing
from storage.objects.memory import MemoryObjects
from storage.scrubbing.interface import Starter
from storage.scrubbing.scrubber import Scrubber
from tests.pipelines.reimbursing.insuring import ASSURANCE, DELTA, House
from tests.world import World, person

KEEP = timedelta(days=14)
BY = Actor.worker("caretaker")


@dataclass
class Past:
    """An insurer whose first night is over and accounted for, and what sees to its file."""

    house: House
    night: Document
    file: Document

    def clear(self, *accounted: str) -> int:
        """Destroy what is past; return how many files went."""
        services = self.house.world.services
        clearer = Clearer(
            ledger=services.ledger, archive=services.archive, now=services.now, keep=KEEP, accounted=accounted
        )
        return clearer.clear(ASSURANCE.name, BY)

    def wait(self) -> None:
        """Let as much time pass as files are kept."""
        self.house.world.clock.turn(KEEP.total_seconds())

    def now(self) -> Document:
        """Return the file as it stands."""
        return self.house.world.document(self.file.id)


@pytest.fixture
def past(world: World, tmp_path: Path) -> Past:
    """Give a night of eight patients that is over."""
    world.clock.turn(7 * 86400)
    house = House(world, tmp_path, Synthetic(patients=8))
    night = house.hand_over(1, house.insurer.full(1))
    (file,) = [one for one in world.ledger.list(Listing(stage=Stage.MERGED)) if one.id != night.id]
    return Past(house, night, file)


def opened(house: House, file: Document) -> bytes:
    """Return what a file says."""
    return house.world.services.archive.open(file.id, file.required(Role.ORIGINAL))


def test_a_file_is_destroyed_some_days_after_its_night(past: Past) -> None:
    """P16: nothing of it rests, and a copy of the bucket from before opens no more; histories and manifest stay."""
    house, world = past.house, past.house.world
    before = dict(world.objects._bodies)
    assert opened(house, past.file).count(b"AMOXICILLINE") > 0
    past.wait()
    assert past.clear() == 1
    assert not [name for name in world.objects.keys("documents/") if past.file.id in name]
    assert (past.now().stage, past.now().objects) == (Stage.ERASED, ())
    world.objects._bodies.update(before)
    with pytest.raises(Erased):
        opened(house, past.file)
    assert all(len(house.stands(patient)) == 5 for patient in range(8))
    assert world.services.archive.open(past.night.id, past.night.required(Role.ORIGINAL)).startswith(b"{")
    told = [(one.action, one.detail) for one in world.ledger.events(past.night.id)]
    assert told.count((Action.CLEARING, "")) == 1
    assert (Action.CLEARED, past.night.id) in [(one.action, one.detail) for one in world.ledger.events(past.file.id)]
    assert past.clear() == 0


def test_it_is_kept_until_then_and_until_its_night_is_accounted_for(past: Past) -> None:
    """Its insurer may still ask what a reject was."""
    assert past.clear() == 0
    past.wait()
    assert past.clear(ASSURANCE.name) == 0
    past.house.world.ledger.record(
        Event(at=past.house.world.clock.now(), actor=BY, action=Action.ACCOUNTED, document=past.night.id)
    )
    assert past.clear(ASSURANCE.name) == 1


def test_it_is_kept_while_anything_of_its_insurer_waits(past: Past) -> None:
    """A night that waits for its window may name a file that came with an earlier one."""
    past.wait()
    folder = past.house.written(2, past.house.insurer.full(2))
    past.house.take(folder / "night.json", "b-2")
    assert past.clear() == 0
    past.house.settled(past.night)
    assert past.house.night(2).stage is NightStage.APPLIED
    past.wait()
    assert past.clear() == 1


def test_it_is_kept_while_a_patient_of_its_insurer_is_under_a_hold(past: Past) -> None:
    """A hold forbids to erase anything of theirs; released, it goes."""
    past.wait()
    services = past.house.world.services
    assert hold(past.house.pseudonym(3), person("dim"), "a judge", services)
    assert past.clear() == 0
    hold(past.house.pseudonym(3), person("dim"), "no judge", services, placed=False)
    hold(past.house.pseudonym(99), person("dim"), "of whom the insurer says nothing", services)
    assert past.clear() == 1


def test_a_hold_that_does_not_say_whose_it_is_keeps_everything(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an earlier release wrote them."""
    past.wait()
    with monkeypatch.context() as earlier:
        earlier.setattr("storage.holds.replace", lambda hold, **_: hold)
        hold(past.house.pseudonym(99), person("dim"), "a judge", past.house.world.services)
    assert past.clear() == 0


class _Mortal(MemoryObjects):
    """A store whose process dies at its so-manieth put or delete."""

    def __init__(self, objects: MemoryObjects, lives: list[int]) -> None:
        super().__init__()
        self._bodies, self._lives = objects._bodies, lives

    def _live(self) -> None:
        self._lives[0] -= 1
        if self._lives[0] < 0:
            raise KeyboardInterrupt

    def put(self, key: str, body: bytes) -> bool:
        """Put, or die."""
        self._live()
        return super().put(key, body)

    def delete(self, key: str) -> None:
        """Delete, or die."""
        self._live()
        super().delete(key)


@pytest.mark.parametrize("lives", range(5))
def test_killed_anywhere_it_is_done_by_whoever_comes_next(past: Past, lives: int) -> None:
    """P1: before the tombstone, behind it, among the envelopes."""
    past.wait()
    world, left = past.house.world, [lives]
    services = world.services
    archive = replace(services.archive, objects=_Mortal(world.objects, left), keyring=_Mortal(world.keyring, left))
    clearer = Clearer(ledger=world.ledger, archive=archive, now=services.now, keep=KEEP, accounted=())
    with pytest.raises(KeyboardInterrupt):
        clearer.clear(ASSURANCE.name, BY)
    assert past.clear() == 1
    assert services.archive.destroyer.is_destroyed(past.file.id)
    assert not [name for name in world.objects.keys("documents/") if past.file.id in name]
    assert past.now().objects == ()
    told = [one.action for one in world.ledger.events(past.file.id)]
    assert told.count(Action.CLEARED) == 1


def test_what_a_night_took_up_at_that_very_moment_is_left_alone(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of whoever begins a night and whoever destroys its file one sees the other: the night is applied."""
    past.wait()
    world = past.house.world
    erased = world.ledger.erase
    taken: list[Document] = []

    def begun_meanwhile(before: Document, event: Event) -> Document:
        folder = past.house.written(2, past.house.insurer.full(2))
        manifest = past.house.take(folder / "night.json", "b-2")
        night = replace(past.house.night(1), number=2, document=manifest.id, stage=NightStage.APPLYING)
        world.ledger.nights.begin(night, [past.file.id])
        taken.append(manifest)
        return erased(before, event)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(world.ledger, "erase", begun_meanwhile)
        assert past.clear() == 0
    assert past.house.settled(taken[0]).stage is Stage.MERGED
    assert past.house.night(2).stage is NightStage.APPLIED
    past.wait()
    assert past.clear() == 1


def test_a_night_whose_file_went_at_that_very_moment_waits_for_it(past: Past) -> None:
    """Nothing is called damaged or tampered with that was only destroyed in its time."""
    past.wait()
    house = past.house
    folder = house.written(2, house.insurer.full(2))
    manifest = house.take(folder / "night.json", "b-2")
    night = replace(house.night(1), number=2, document=manifest.id, stage=NightStage.APPLYING)
    world = house.world
    gone = world.ledger.erase(past.now(), Event(at=world.clock.now(), actor=BY, action=Action.CLEARED))
    world.services.archive.destroy(gone.id, past.night.id)
    world.ledger.forget_objects(gone.id)
    world.ledger.nights.begin(night, [past.file.id])
    assert house.settled(manifest).stage is Stage.RECEIVED
    house.take(folder / "lines.csv", "b-2")
    assert house.settled(manifest).stage is Stage.MERGED
    assert house.night(2).stage is NightStage.APPLIED


def test_nights_go_on_as_before(past: Past) -> None:
    """The next delta finds what stands, and a night that comes twice is answered as ever: it was applied."""
    past.wait()
    past.clear()
    house = past.house
    again = house.settled(house.received(house.folder / "night-1", "b-again"))
    assert (again.id, again.stage) == (past.night.id, Stage.MERGED)
    assert past.now().stage is Stage.MERGED
    assert [len(house.editions(patient)) for patient in range(8)] == [1] * 8
    assert house.hand_over(2, house.insurer.delta(2, 0.5), DELTA).stage is Stage.MERGED
    assert len(house.stands(2)) == 6
    past.wait()
    assert past.clear() == 2
    assert past.now().stage is Stage.ERASED


def test_the_same_bytes_may_be_another_night_s_file(past: Past) -> None:
    """A night in which nothing changed: named without its file it waits; handed over again, it is applied."""
    past.wait()
    past.clear()
    house = past.house
    folder = house.written(2, house.insurer.full(2))
    night = house.take(folder / "night.json", "b-2")
    assert house.settled(night).stage is Stage.RECEIVED
    assert house.take(folder / "lines.csv", "b-3").id == past.file.id
    assert house.settled(night).stage is Stage.MERGED
    told = house.night(2).reconciliation
    assert told is not None
    assert (told.patients.unchanged, told.total.duplicates) == (8, 40)
    assert opened(house, past.now()) == (folder / "lines.csv").read_bytes()


def test_the_files_of_a_refused_night_go_too(past: Past) -> None:
    """They hold lines of patients like others; by then its insurer has sent it anew."""
    house = past.house
    folder = house.written(2, house.insurer.full(2, changed=0.5))
    manifest = folder / "night.json"
    manifest.write_text(manifest.read_text().replace('"patients": 8', '"patients": 9'))
    assert house.settled(house.received(folder, "b-2")).stage is Stage.REFUSED
    past.wait()
    assert past.clear() == 2


def test_of_an_erased_patient_nothing_is_left_once_the_files_are_gone(past: Past) -> None:
    """The record is unreadable at once, the lines in the sealed file until it is destroyed: no later than that."""
    house, world = past.house, past.house.world
    patient = house.pseudonym(3)
    erase(Request(patient=patient, by=person("dim"), why="order", ground=Ground.ORDER, years=YEARS), world.services)
    number = Insured.of(3).ins.encode()
    assert _readable(world, number) == {past.file.id}
    past.wait()
    assert past.clear() == 1
    assert _readable(world, number) == set()
    assert all(len(house.stands(other)) == 5 for other in (0, 1, 2, 4, 5, 6, 7))


def test_whoever_reads_everything_back_finds_nothing_amiss(past: Past) -> None:
    """What was destroyed on purpose is neither lost nor altered; neither is what came again."""
    past.wait()
    past.clear()
    world = past.house.world
    assert _faults(world) == []
    past.house.take(past.house.written(1, past.house.insurer.full(1)) / "lines.csv", "b-2")
    world.work()
    assert _faults(world) == []
    assert past.house.hand_over(2, past.house.insurer.full(2), Shape(names=("again.ndjson",))).stage is Stage.MERGED


def _faults(world: World) -> list[object]:
    scrubber = Scrubber(world.services.archive, world.ledger, world.ledger.begin_pass(Starter.PERSON))
    while scrubber.advance(1 << 30, world.clock.now()):
        pass
    return list(world.ledger.faults(scrubber.standing.number))


def _readable(world: World, canary: bytes) -> set[str]:
    """Return the documents of which something can be opened that holds a canary."""
    found: set[str] = set()
    reading: Callable[[Document], list[bytes]] = lambda one: [  # noqa: E731
        world.services.archive.open(one.id, sealed) for sealed in one.objects
    ]
    for document in world.ledger.list(Listing(limit=1000)):
        if document.stage is not Stage.ERASED and any(canary in content for content in reading(document)):
            found.add(document.id)
    return found
