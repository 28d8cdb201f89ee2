"""Rebuilding: bucket, keyring and master keys are enough; nothing is lost, and nothing is filed that was not."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from documents.arrival import Arrival, Declaration
from documents.document import Document, DocumentId
from documents.errors import Tampered, WrongStage
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.correcting import correct, merge_patients
from pipelines.erasing.holding import hold
from pipelines.rebuilding.rebuilder import Report, rebuild
from pipelines.receive import receive
from pipelines.renaming import living
from pipelines.settling import Settlement, settle
from pipelines.split.joining import join
from storage.holds import Holds
from storage.ledger.interface import Listing
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from storage.naming import name_of
from storage.scrubbing.fault import Fault, FaultCode
from tests.fakes import INS, paper
from tests.services.postgresql import running_postgresql
from tests.world import HOSPITAL, Clock, World, person

BRUNO = Ins(number="184127645108946", oid=OID_INS_NIR_TEST)
#: What a rebuilt ledger cannot know: how often a row changed, and what was spent on the way.
UNKNOWN = {"version": 1, "seconds": 0.0, "changed_at": Clock().now(), "attempts": 0}


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Give the URLs of two empty ledgers: the one that will be lost, and the one that is rebuilt."""
    if kind == "sqlite":
        urls = (f"sqlite:///{folder}/lost.db", f"sqlite:///{folder}/made.db")
        for url in urls:
            migrate(url)
        yield urls
        return
    with running_postgresql() as server, server.database() as lost, server.database() as made:
        migrate(lost)
        migrate(made)
        yield lost, made


@pytest.fixture(params=["sqlite", "postgresql"])
def worlds(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Give a world, and the same stores and keys over a ledger that knows nothing."""
    clock = Clock()
    with (
        databases(request.param, tmp_path) as (lost, made),
        closing(open_ledger(lost, clock.now)) as told,
        closing(open_ledger(made, clock.now)) as empty,
    ):
        before = World(ledger=told, clock=clock)
        yield before, replace(before, ledger=empty)


@pytest.fixture
def worlds_of_one_file(tmp_path: Path) -> Iterator[tuple[World, World]]:
    """Give the same on SQLite alone."""
    clock = Clock()
    with (
        databases("sqlite", tmp_path) as (lost, made),
        closing(open_ledger(lost, clock.now)) as told,
        closing(open_ledger(made, clock.now)) as empty,
    ):
        before = World(ledger=told, clock=clock)
        yield before, replace(before, ledger=empty)


def rebuilt(world: World, *, resume: bool = False) -> Report:
    """Rebuild a world's ledger."""
    return rebuild(world.services, person("dim"), resume=resume, seen=lambda _: None)


def documents(world: World) -> dict[DocumentId, Document]:
    """Return everything that a ledger knows, but for what no rebuilding can know.

    A searchable PDF is drawn again at a later revision, and nobody looks at what was withdrawn.
    """
    found = {}
    for document in world.ledger.list(Listing(limit=1000)):
        kept = sorted((one for one in document.objects if one.role is not Role.SEARCHABLE), key=str)
        found[document.id] = replace(document, objects=tuple(kept), **UNKNOWN)  # type: ignore[arg-type]
        if document.stage is Stage.WITHDRAWN:
            found[document.id] = replace(found[document.id], media_type=None, pages=None, reading=None)
    return found


def an_eventful_life(world: World) -> None:
    """Let documents come to every stage there is."""
    for number in range(3):
        world.hand_over(paper(f"lettre {number}", pages=5))
        world.clock.turn(1)
    world.hand_over(b"BAD")
    world.hand_over(b"LOCKED " + paper("secret"))
    world.hand_over(b"TYPE 11502-2")
    settled = world.hand_over(b"TYPE 11502-2\nune autre").document
    world.hand_over(b"\fSEPARATOR\f".join([paper("a"), paper("b", ins=BRUNO.number), b"personne"]))
    joined = world.hand_over(b"\fSEPARATOR\f".join([b"TYPE 11502-2\nx", b"TYPE 11502-2\ny"])).document
    world.work()
    settle(world.document(settled.id), Settlement(ins=BRUNO, by=person("dim")), world.services)
    join(world.document(joined.id), person("dim"), world.services)
    world.work()
    stored = world.hand_over(paper("à corriger")).document
    world.work()
    correct(world.document(stored.id), Settlement(ins=BRUNO, by=person("dim")), "autre", world.services)
    world.work()
    world.hand_over(paper("première"), Declaration(unique_id="1.2^1"))
    world.work()
    world.hand_over(paper("seconde"), Declaration(unique_id="1.2^2", replaces=("1.2^1",)))
    world.work()
    # The same paper once more, under another name, and one that has only just come.
    world.hand_over(paper("lettre 1", pages=5))
    world.hand_over(paper("en chemin", pages=7))


def test_a_ledger_that_was_destroyed_is_made_anew(worlds: tuple[World, World]) -> None:
    """P1, P4: what was filed is known with everything at once; the rest goes on, and ends where it was."""
    before, after = worlds
    an_eventful_life(before)
    report = rebuilt(after)
    assert (report.faults, report.beyond, report.known) == ([], [], 0)
    lost, made = documents(before), documents(after)
    assert lost.keys() == made.keys()
    stored = {identity for identity, document in lost.items() if document.stage is Stage.STORED}
    assert len(stored) >= 8
    assert [document.superseded_by for document in made.values() if document.superseded_by] != []
    assert {identity: made[identity] for identity in stored} == {identity: lost[identity] for identity in stored}
    withdrawn = {identity for identity, document in lost.items() if document.stage is Stage.WITHDRAWN}
    assert withdrawn == {identity for identity, document in made.items() if document.stage is Stage.WITHDRAWN}
    assert len(withdrawn) == 2

    before.work()
    after.work(rounds=100)
    assert documents(after) == documents(before)
    assert {document.stage for document in documents(after).values()} >= {
        Stage.STORED,
        Stage.REVIEW,
        Stage.REFUSED,
        Stage.SPLIT,
        Stage.WITHDRAWN,
    }


def test_what_came_before_is_still_recognised(worlds_of_one_file: tuple[World, World]) -> None:
    """P15: the same bytes are the same document, and each batch is answered for what it brought."""
    before, after = worlds_of_one_file
    first, again = paper("lettre"), paper("autre")
    receive(Arrival(feeder=HOSPITAL, batch="monday", content=first), before.services)
    before.clock.turn(1)
    receive(Arrival(feeder=HOSPITAL, batch="monday", content=again), before.services)
    before.clock.turn(3600)
    receive(Arrival(feeder=HOSPITAL, batch="tuesday", content=first), before.services)
    before.work()
    rebuilt(after)
    for batch in ("monday", "tuesday"):
        lost, made = (world.ledger.arrivals("hospital", batch) for world in (before, after))
        assert [(one.document, one.duplicate) for one in made] == [(one.document, one.duplicate) for one in lost]
        assert made
    assert not after.hand_over(first).new
    assert after.hand_over(paper("nouvelle")).new
    after.work()
    assert after.ledger.counts()[Stage.STORED] == 3


def test_numbers_that_were_merged_stay_merged(worlds: tuple[World, World]) -> None:
    """P8: what comes under the old number is filed under the one that stands, also after the ledger was lost."""
    before, after = worlds
    anne, cleo = Ins(number=INS, oid=OID_INS_NIR_TEST), Ins(number="279035121510081", oid=OID_INS_NIR_TEST)
    filed = before.hand_over(paper("lettre")).document
    before.work()
    merge_patients(anne, BRUNO, person("identitovigilance"), "doublon", before.services)
    merge_patients(BRUNO, cleo, person("identitovigilance"), "doublon", before.services)
    before.work()
    assert rebuilt(after).merges == 2
    pseudonym = after.services.archive.pseudonym
    assert [living(ins, after.services) for ins in (anne, BRUNO, cleo)] == [cleo, cleo, cleo]
    late = after.hand_over(paper("plus tard")).document
    after.work()
    assert {after.document(one).patient for one in (filed.id, late.id)} == {pseudonym(cleo)}


def test_a_legal_hold_outlives_the_ledger(worlds_of_one_file: tuple[World, World]) -> None:
    """It rests in the bucket and counts at once: nothing of the patient can be erased."""
    before, after = worlds_of_one_file
    before.hand_over(paper("lettre"))
    before.work()
    patient = before.services.archive.pseudonym(Ins(number=INS, oid=OID_INS_NIR_TEST))
    hold(patient, person("juriste"), "contentieux", before.services)
    rebuilt(after)
    held = Holds(archive=after.services.archive).on(patient)
    assert held is not None
    assert held.why == "contentieux"


def test_a_dead_document_is_tried_again(worlds_of_one_file: tuple[World, World]) -> None:
    """Whatever killed it may be over; its pages that were read are not read again."""
    before, after = worlds_of_one_file
    document = before.hand_over(paper("lettre")).document
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(before.objects, "get", _away)
        for _ in range(4):
            before.advance(document.id)
            before.clock.turn(120)
    assert before.document(document.id).stage is Stage.DEAD
    rebuilt(after)
    after.work()
    assert after.document(document.id).stage is Stage.STORED


def _away(_key: str) -> bytes:
    raise Tampered


def test_a_rebuilding_that_was_killed_goes_on(worlds_of_one_file: tuple[World, World]) -> None:
    """P1: what it had recorded stands, also when it has been worked on since."""
    before, after = worlds_of_one_file
    an_eventful_life(before)
    seen: list[DocumentId] = []

    def killed(identity: DocumentId) -> None:
        seen.append(identity)
        if len(seen) == 5:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        rebuild(after.services, person("dim"), resume=False, seen=killed)
    after.work()
    with pytest.raises(WrongStage):
        rebuilt(after)
    report = rebuilt(after, resume=True)
    assert report.known > 0
    before.work()
    after.work(rounds=100)
    assert documents(after) == documents(before)


def test_what_is_broken_is_told_and_hides_nothing_else(worlds_of_one_file: tuple[World, World]) -> None:
    """An envelope that was altered, a document whose original is gone, a stranger's file."""
    before, after = worlds_of_one_file
    beyond, altered, _whole = (before.hand_over(paper(f"lettre {number}")).document for number in range(3))
    before.work()
    before.objects.delete(name_of(beyond.id, beyond.required(Role.ORIGINAL)))
    preview = name_of(altered.id, altered.required(Role.DECLARATION))
    before.objects.delete(preview)
    before.objects.put(preview, b"noise")
    before.objects.put("documents/ab/notes.txt", b"")
    report = rebuilt(after)
    assert Fault(code=FaultCode.ALTERED, name=preview) in report.faults
    assert beyond.id in report.beyond
    assert after.ledger.counts()[Stage.STORED] == 2


def test_a_decision_that_came_too_late_decides_nothing_now(worlds_of_one_file: tuple[World, World]) -> None:
    """Of two people who settled at once one was told no; nobody can tell any more which: it is asked again."""
    before, after = worlds_of_one_file
    doubtful = before.hand_over(b"TYPE 11502-2").document
    before.work()
    waiting = before.document(doubtful.id)
    anne = Ins(number="279035121518989", oid=OID_INS_NIR_TEST)
    settle(waiting, Settlement(ins=anne, by=person("first")), before.services)
    with pytest.raises(Exception, match="lease-lost"):
        settle(waiting, Settlement(ins=BRUNO, by=person("second")), before.services)
    rebuilt(after)
    after.work()
    assert after.document(doubtful.id).stage is Stage.REVIEW
