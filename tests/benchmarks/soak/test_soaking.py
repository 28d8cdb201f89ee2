"""Two minutes of the soak on the production stack, with every kind of fault, and a checker that sees what is broken."""

from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from benchmarks.soak.checker import HandedOver, Verdict
from benchmarks.soak.faults import WEIGHTS, plan
from benchmarks.soak.papers import Pile
from benchmarks.soak.soaking import Order, Outcome, Soak, digest_of
from benchmarks.soak.stack import Stack, client, production_stack

pytestmark = pytest.mark.waits

#: As many faults as there are kinds, and a few more.
_ORDER = Order(seed=1382, minutes=2.0, documents=100, faults=24, undisturbed=6)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The production stack behind its proxies."""
    with production_stack(tmp_path_factory.mktemp("soak")) as stack:
        yield stack


@pytest.fixture(scope="module")
def soaked(stack: Stack) -> tuple[Soak, Outcome]:
    """A soak that is over, with what came of it."""
    soak = Soak(stack, _ORDER, lambda _line: None)
    return soak, soak.run()


@pytest.mark.timeout(900)
def test_two_minutes_of_every_fault_lose_and_double_nothing(soaked: tuple[Soak, Outcome]) -> None:
    """P1, P2, P13, P15, P24: everything acknowledged rests once, whole, and readable by its keys alone."""
    soak, outcome = soaked
    assert outcome.verdict.clean, outcome
    assert outcome.verdict.acknowledged == outcome.handed == 106
    assert set(outcome.faults) | set(outcome.impossible) == set(WEIGHTS)
    # Filling a disk asks for one of its own, which not everybody may mount.
    assert set(outcome.impossible) <= {"fill the disk"}
    assert outcome.plan == digest_of(_ORDER, soak.handed)


def test_what_faults_left_behind_is_drained_in_time(soaked: tuple[Soak, Outcome]) -> None:
    """P3: at most twice as long as the undisturbed rate, measured in the same run, would take for it.

    Nothing is lost where a message or a lease is waited for too long; that somebody waited shows here alone.
    """
    _, outcome = soaked
    assert outcome.drain_ratio <= 2.0, outcome
    assert outcome.met


def test_a_promise_that_is_broken_is_seen(stack: Stack, soaked: tuple[Soak, Outcome]) -> None:
    """One thing after another is spoiled, and each has its word in the verdict."""
    soak, _ = soaked
    handed = soak.handed
    never_kept = HandedOver(name=handed[0].name, digest="0" * 64)
    assert soak.verdict([never_kept, *handed[1:]], searched=False).lost == 1
    once = Counter(file.digest for file in handed)
    nobodys = next(file for file in handed if once[file.digest] == 1)
    assert soak.verdict([file for file in handed if file is not nobodys], searched=False).unexpected == 1

    assert _spoiled(stack, soak, _FILE_TWICE).duplicated == 1
    assert _spoiled(stack, soak, "UPDATE documents SET stage = 'read' WHERE stage = 'stored'").stuck > 0
    ours, other = _two_originals(stack)
    _put_in_the_place_of(stack, ours, other)
    assert soak.verdict(handed, searched=False).wrong == 1
    _lose_the_key_of(stack, other)
    assert soak.verdict(handed, searched=False).wrong == 2
    (stack.folder / "logs" / "leak").write_text(soak.planted[0], encoding="utf-8")
    assert soak.verdict(handed).plaintext > 0


#: As if two workers had filed one document.
_FILE_TWICE = """
    INSERT INTO events (at, actor, action, document, detail)
    SELECT at, actor, action, document, detail FROM events WHERE action = 'moved' AND detail = 'stored' LIMIT 1
"""


def _spoiled(stack: Stack, soak: Soak, statement: str) -> Verdict:
    with psycopg.connect(host=str(stack.postgresql.folder), user="verso", dbname="postgres") as ledger:
        ledger.execute(statement.encode())
    return soak.verdict(soak.handed, searched=False)


def _two_originals(stack: Stack) -> tuple[str, str]:
    listed = client(stack).list_objects_v2(Bucket="envelopes", Prefix="documents/")["Contents"]
    ours, other, *_ = (one["Key"] for one in listed if "/original-" in one["Key"])
    return ours, other


def _put_in_the_place_of(stack: Stack, ours: str, other: str) -> None:
    s3 = client(stack)
    s3.put_object(Bucket="envelopes", Key=ours, Body=s3.get_object(Bucket="envelopes", Key=other)["Body"].read())


def _lose_the_key_of(stack: Stack, original: str) -> None:
    s3, shelf = client(stack), original.removeprefix("documents/").rpartition("/")[0]
    for generation in s3.list_objects_v2(Bucket="keyring", Prefix=f"{shelf}/")["Contents"]:
        s3.delete_object(Bucket="keyring", Key=generation["Key"])


def test_a_seed_gives_the_same_faults_and_the_same_papers() -> None:
    """A soak that found something can be run again: each fault at its time and strength, each paper in its order."""
    assert list(plan(7, 110, 1200.0)) == list(plan(7, 110, 1200.0))
    assert list(plan(7, 110, 1200.0)) != list(plan(8, 110, 1200.0))
    assert {fault.name for fault in plan(7, 110, 1200.0)} == set(WEIGHTS)
    at_once = [(paper.name, paper.digest) for paper in Pile(7).take(40)]
    pile = Pile(7)
    in_batches = [(paper.name, paper.digest) for _ in range(4) for paper in pile.take(10)]
    assert at_once == in_batches
    assert at_once != [(paper.name, paper.digest) for paper in Pile(8).take(40)]
