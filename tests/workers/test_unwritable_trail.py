"""An act that cannot be written to the audit trail is not done, whichever it is."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from documents.arrival import Declaration
from documents.document import Document
from documents.errors import LedgerUnavailable, ReaderFailed
from documents.patient import OID_INS_NIR_TEST, Ins
from documents.stage import Stage
from pipelines.correcting import correct, merge_patients
from pipelines.learning.decisions import decisions
from pipelines.replaying import read_again, replay
from pipelines.settling import Settlement, settle
from pipelines.split.joining import join
from pipelines.unlocking import unlock
from storage.ledger.interface import Listing
from storage.ledger.sql import open_ledger
from tests.fakes import INS, paper
from tests.world import Clock, World, person

ANNE = Ins(number=INS, oid=OID_INS_NIR_TEST)
BRUNO = Ins(number="184127645108946", oid=OID_INS_NIR_TEST)
STACK = paper() + b"\fSEPARATOR\f" + paper("second")


@pytest.fixture
def url(migrated_file: Path, tmp_path: Path) -> str:
    """Give the URL of a ledger in a file."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest.fixture
def world(url: str) -> World:
    """Give a whole Verso."""
    clock = Clock()
    return World(ledger=open_ledger(url, clock.now), clock=clock)


def worked(world: World, content: bytes) -> Document:
    """Return a document as far as it goes by itself."""
    document = world.hand_over(content).document
    world.work()
    return world.document(document.id)


def dead(world: World) -> Document:
    """Return a document that died while it was read."""

    def fail(_page: int) -> None:
        raise ReaderFailed

    world.before_page = fail
    document = world.hand_over(paper()).document
    for _ in range(3):
        world.work()
        world.clock.turn(600)
    world.before_page = lambda _page: None
    return world.document(document.id)


def partial(world: World) -> Document:
    """Return a stored document that lacks a page."""
    world.failing_pages = {2}
    return worked(world, paper(pages=2))


def labelled(world: World) -> None:
    """Store a document whose type a person named."""
    waiting = worked(world, f"INS {INS}".encode())
    settle(waiting, Settlement(type_code="18748-4", by=person("dim")), world.services)
    world.work()


def receiving(world: World) -> Callable[[], object]:
    """Prepare a receipt."""
    return lambda: world.hand_over(paper())


def settling(world: World) -> Callable[[], object]:
    """Prepare a decision."""
    waiting = worked(world, b"a letter about nobody")
    return lambda: settle(waiting, Settlement(ins=ANNE, by=person("dim")), world.services)


def correcting(world: World) -> Callable[[], object]:
    """Prepare a correction."""
    filed = worked(world, paper())
    return lambda: correct(filed, Settlement(ins=BRUNO, by=person("dim")), "erreur", world.services)


def merging(world: World) -> Callable[[], object]:
    """Prepare a merge of two numbers."""
    worked(world, paper())
    return lambda: merge_patients(ANNE, BRUNO, person("dim"), "doublon", world.services)


def joining(world: World) -> Callable[[], object]:
    """Prepare a join: no piece is filed yet."""
    world.pages_per_part = 10
    stack = world.hand_over(STACK).document
    world.advance(stack.id)
    split = world.document(stack.id)
    assert split.stage is Stage.SPLIT
    return lambda: join(split, person("dim"), world.services)


def replaying(world: World) -> Callable[[], object]:
    """Prepare a replay."""
    document = dead(world)
    assert document.stage is Stage.DEAD
    return lambda: replay(document, person("dim"), world.services)


def reading_again(world: World) -> Callable[[], object]:
    """Prepare a second reading."""
    document = partial(world)
    assert document.partial
    return lambda: read_again(document, person("dim"), world.services)


def unlocking(world: World) -> Callable[[], object]:
    """Prepare an unlocking."""
    locked = worked(world, b"LOCKED " + paper())
    return lambda: unlock(locked, "sesame", person("dim"), world.services)


def redeclaring(world: World) -> Callable[[], object]:
    """Prepare something new that a feeder says of what is filed."""
    worked(world, paper())
    return lambda: world.hand_over(paper(), Declaration(ins=BRUNO))


def learning(world: World) -> Callable[[], object]:
    """Prepare an unsealing for learning."""
    labelled(world)
    return lambda: [
        one for frozen in (False, True) for one in decisions(world.services, person("chief"), frozen=frozen)
    ]


ACTS = {
    "receipt": receiving,
    "settlement": settling,
    "correction": correcting,
    "merge": merging,
    "join": joining,
    "replay": replaying,
    "second reading": reading_again,
    "unlocking": unlocking,
    "redeclaration": redeclaring,
    "learning": learning,
}


@contextmanager
def gagged(url: str, action: str = "%") -> Iterator[None]:
    """Let no event of an action be written."""
    engine = create_engine(url)
    with engine.begin() as connection:
        refusal = f"BEFORE INSERT ON events WHEN NEW.action LIKE '{action}' BEGIN SELECT RAISE(ABORT, 'no more'); END"
        connection.execute(text(f"CREATE TRIGGER gag {refusal}"))
    yield
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER gag"))
    engine.dispose()


@pytest.mark.parametrize("act", ACTS)
def test_what_cannot_be_written_to_the_trail_is_not_done(world: World, url: str, act: str) -> None:
    """The change and its event are one transaction, or the event comes first: the ledger stays as it was."""
    do = ACTS[act](world)
    before = world.ledger.list(Listing(limit=100))
    with gagged(url), pytest.raises(LedgerUnavailable):
        do()
    assert world.ledger.list(Listing(limit=100)) == before
    do()


@pytest.mark.parametrize("content", [paper(), b"BAD"])
def test_a_step_that_cannot_be_written_to_the_trail_is_not_done(world: World, url: str, content: bytes) -> None:
    """The worker hands the work back: the document stays where it was, and goes on once there is a trail again."""
    document = world.hand_over(content).document
    with gagged(url):
        world.advance(document.id)
    assert world.document(document.id) == document
    world.clock.turn(600)
    world.work()
    assert world.document(document.id).stage in {Stage.STORED, Stage.REFUSED}


def test_a_stack_is_not_cut_unless_each_of_its_pieces_is_on_record(world: World, url: str) -> None:
    """Stack and pieces change in one transaction with their events: there is no half of it."""
    world.pages_per_part = 10
    stack = world.hand_over(STACK).document
    with gagged(url, "cut"):
        world.advance(stack.id)
    assert world.document(stack.id).stage is Stage.READ
    assert not world.ledger.children(stack.id)
    world.clock.turn(600)
    world.work()
    assert len(world.ledger.children(stack.id)) == 2
