"""Scrubbing: whatever was lost, altered or left behind in a store is found, and nothing else is."""

from collections.abc import Iterator, Sequence

import pytest

from documents.role import Role
from storage.models import Models, Promotion
from storage.naming import name_of
from storage.objects.memory import MemoryObjects
from storage.scrubbing.fault import Fault, FaultCode
from storage.scrubbing.interface import Pass, Starter
from storage.scrubbing.scrubber import Scrubber
from tests.fakes import paper
from tests.world import World


@pytest.fixture
def world(world: World) -> World:
    """Five filed papers and a promoted model, in memory."""
    for number in range(5):
        world.hand_over(paper(f"lettre {number}", pages=3))
    world.work()
    models = Models(archive=world.services.archive)
    models.promote(Promotion(model=models.keep(b"weights"), packaged="0" * 64))
    return world


def scrub(world: World, most: int = 10**9) -> list[Fault]:
    """Do a whole pass; return what it found."""
    scrubber = Scrubber(world.services.archive, world.ledger, world.ledger.begin_pass(Starter.PERSON))
    while scrubber.advance(most, world.clock.now()):
        pass
    assert scrubber.standing.finished_at is not None
    return list(world.ledger.faults(scrubber.standing.number))


def originals(world: World) -> Iterator[str]:
    """Yield the names of the originals, in order."""
    return (name for name in world.objects.keys("documents/") if "/original-" in name)


def altered(world: World, name: str) -> None:
    """Flip a bit of what rests under a name."""
    body = bytearray(world.objects.get(name))
    body[-1] ^= 1
    world.objects.delete(name)
    world.objects.put(name, bytes(body))


def test_what_rests_as_it_should_is_no_fault(world: World) -> None:
    """Everything is read back, envelopes, notes and models, and counted."""
    assert scrub(world) == []
    done = world.ledger.last_pass()
    assert done is not None
    assert done.objects == len(list(world.objects.keys()))
    assert done.size >= sum(len(world.objects.get(name)) for name in world.objects.keys("documents/"))


def test_each_fault_is_found_and_called_by_its_name(world: World) -> None:
    """Lost, altered, orphaned, altered and unknown to the ledger, without a key, foreign: all of them in one pass."""
    lost, changed, keyless, *_ = originals(world)
    world.objects.delete(lost)
    altered(world, changed)
    document = keyless.split("/")[2]
    for name in list(world.keyring.keys(f"{document[:2]}/{document}/")):
        world.keyring.delete(name)
    archive = world.services.archive
    stray = archive.identify("hospital", b"never admitted")
    orphan = name_of(stray, archive.keep(stray, Role.ORIGINAL, b"never admitted"))
    noise = name_of(stray, archive.keep(stray, Role.DECLARATION, b"{}"))
    altered(world, noise)
    world.objects.put("documents/ab/notes.txt", b"")
    world.objects.put("elsewhere/notes.txt", b"")
    (model,) = world.objects.keys("models/")
    altered(world, model)

    found = scrub(world)
    of_the_keyless = list(world.objects.keys(f"documents/{document[:2]}/{document}/"))
    assert {(fault.code, fault.name) for fault in found} == {
        (FaultCode.LOST, lost),
        (FaultCode.ALTERED, changed),
        (FaultCode.ORPHANED, orphan),
        (FaultCode.ALTERED, noise),
        (FaultCode.FOREIGN, "documents/ab/notes.txt"),
        (FaultCode.FOREIGN, "elsewhere/notes.txt"),
        (FaultCode.ALTERED, model),
        *((FaultCode.KEYLESS, name) for name in of_the_keyless),
    }


def test_an_upload_under_way_is_no_orphan(world: World) -> None:
    """Its parts rest before there is a document, and are proven like everything else."""
    archive = world.services.archive
    upload = archive.identify("hospital", b"an upload")
    sealed = archive.keep(upload, Role.UPLOAD, b"half of it")
    assert scrub(world) == []
    altered(world, name_of(upload, sealed))
    assert [fault.code for fault in scrub(world)] == [FaultCode.ALTERED]


def test_an_older_authentic_envelope_is_a_fault(world: World) -> None:
    """P7: what opens and is not what the ledger knows was put back from an older copy."""
    name = next(originals(world))
    document = world.document(name.split("/")[2])  # type: ignore[arg-type]
    sealed = document.required(Role.ORIGINAL)
    content = world.services.archive.open(document.id, sealed)
    world.objects.delete(name)
    world.services.archive.keep(document.id, Role.ORIGINAL, content)
    assert scrub(world) == [Fault(code=FaultCode.ALTERED, name=name)]


def test_a_pass_that_was_killed_goes_on_where_it_stood(world: World) -> None:
    """P1: no object is passed over, none is read twice that was recorded, and the faults are those of one pass."""
    *_, last = originals(world)
    altered(world, last)
    log = world.ledger
    begun = log.begin_pass(Starter.CARETAKER)
    assert Scrubber(world.services.archive, log, begun).advance(1, world.clock.now())
    steps = 1
    while (standing := log.last_pass(Starter.CARETAKER, finished=False)) is not None:
        Scrubber(world.services.archive, log, standing).advance(1, world.clock.now())
        steps += 1
    assert steps == 6
    done = log.last_pass(finished=True)
    assert done is not None
    assert done.objects == len(list(world.objects.keys()))
    assert list(log.faults(done.number)) == [Fault(code=FaultCode.ALTERED, name=last)]


def test_two_at_one_pass_count_everything_once(world: World) -> None:
    """Two caretakers on two machines waste work and do no harm."""
    begun = world.ledger.begin_pass(Starter.CARETAKER)
    one, other = (Scrubber(world.services.archive, world.ledger, begun) for _ in range(2))
    assert one.advance(1, world.clock.now())
    assert not other.advance(1, world.clock.now())
    while one.advance(1, world.clock.now()):
        pass
    assert one.standing.objects == len(list(world.objects.keys()))


def test_what_is_on_its_way_is_no_orphan(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A paper that is sealed and not yet admitted when it is passed by, and is at the end."""
    late, archive, advance = paper("en chemin"), world.services.archive, world.ledger.advance_pass
    document = archive.identify("hospital", late)
    archive.keep(document, Role.ORIGINAL, late)
    found: list[Fault] = []

    def admit_then_advance(before: Pass, after: Pass, faults: Sequence[Fault]) -> bool:
        found.extend(faults)
        world.hand_over(late)
        return advance(before, after, faults)

    monkeypatch.setattr(world.ledger, "advance_pass", admit_then_advance)
    assert scrub(world) == []
    assert [fault.code for fault in found] == [FaultCode.ORPHANED]


class ObjectsThatAreCounted(MemoryObjects):
    """Remembers how many names it gave out that were not asked for yet."""

    listed = 0

    def keys(self, prefix: str = "") -> Iterator[str]:
        """List one by one."""
        for key in super().keys(prefix):
            type(self).listed += 1
            yield key


def test_a_listing_is_never_held_as_a_whole(world: World) -> None:
    """One document's names at a time, however many there are."""
    counted = ObjectsThatAreCounted()
    for name in list(world.objects.keys()):
        counted.put(name, world.objects.get(name))
    world.objects = counted
    begun: Pass = world.ledger.begin_pass(Starter.PERSON)
    Scrubber(world.services.archive, world.ledger, begun).advance(1, world.clock.now())
    assert 0 < ObjectsThatAreCounted.listed < len(list(MemoryObjects.keys(counted))) / 2
