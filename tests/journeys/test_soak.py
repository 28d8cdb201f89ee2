"""A short soak on the production stack, and a checker that would see a broken promise."""

from collections.abc import Iterator

import psycopg
import pytest

from benchmarks.soak.checker import HandedOver
from benchmarks.soak.faults import WEIGHTS, plan
from benchmarks.soak.papers import Pile
from benchmarks.soak.soaking import Order, Soak
from benchmarks.soak.stack import Stack, client, production_stack

_ORDER = Order(seed=1382, minutes=0.5, documents=30, faults=8, undisturbed=6)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The production stack behind its proxies."""
    folder = tmp_path_factory.mktemp("soak")
    with production_stack(folder) as stack:
        yield stack


@pytest.mark.timeout(900)
def test_a_soak_loses_and_doubles_nothing_and_its_checker_would_see_it(stack: Stack) -> None:
    """P1, P2, P13, P15, P24: everything acknowledged rests once, readable by its keys alone; then it is spoiled."""
    soak = Soak(stack, _ORDER, lambda _line: None)
    outcome = soak.run()
    assert outcome.verdict.clean, outcome
    assert outcome.verdict.acknowledged == outcome.handed == 36
    # One thing after another is spoiled: each must be seen.
    never_kept = HandedOver(name=soak.handed[0].name, digest="0" * 64)
    assert soak.verdict([never_kept, *soak.handed[1:]]).lost == 1
    assert soak.verdict(soak.handed[1:]).unexpected <= 1
    _spoil(stack, "UPDATE documents SET stage = 'read' WHERE stage = 'stored'")
    assert soak.verdict(soak.handed).stuck > 0
    s3 = client(stack)
    listed = s3.list_objects_v2(Bucket="keyring", MaxKeys=1)["Contents"][0]
    s3.delete_object(Bucket="keyring", Key=listed["Key"])
    assert soak.verdict(soak.handed).wrong >= 1
    (stack.folder / "logs" / "leak").write_text(soak.planted[0], encoding="utf-8")
    assert soak.verdict(soak.handed).plaintext > 0


def _spoil(stack: Stack, statement: str) -> None:
    with psycopg.connect(host=str(stack.postgresql.folder), user="verso", dbname="postgres") as ledger:
        ledger.execute(statement.encode())


def test_a_seed_gives_the_same_faults_and_the_same_papers() -> None:
    """A soak that found something can be run again."""
    assert list(plan(7, 110, 1200.0)) == list(plan(7, 110, 1200.0))
    assert list(plan(7, 110, 1200.0)) != list(plan(8, 110, 1200.0))
    assert {fault.name for fault in plan(7, 110, 1200.0)} == set(WEIGHTS)
    papers = [[(paper.name, paper.digest) for paper in Pile(7).take(40)] for _ in range(2)]
    assert papers[0] == papers[1]
