"""What is counted, and what it is counted by."""

import multiprocessing
import re
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from documents.document import DocumentId
from documents.errors import KeysUnavailable
from storage.ledger.sql import open_ledger
from storage.objects.memory import MemoryObjects
from tests.fakes import INS, paper
from tests.world import Clock, World
from verso.telemetry.gauges import LedgerGauges
from verso.telemetry.interface import Act, Telemetry
from verso.telemetry.measures import Measures
from verso.telemetry.sharing import count_in_files, shared_registry
from verso.telemetry.watched import WatchedKeys, WatchedObjects
from verso.telemetry.watching import Watch


@pytest.fixture
def registry() -> CollectorRegistry:
    """Give an empty registry."""
    return CollectorRegistry()


@pytest.fixture
def watch(registry: CollectorRegistry) -> Telemetry:
    """Give what counts into it."""
    return Watch(measures=Measures(registry))


def page(registry: CollectorRegistry) -> str:
    """Draw the page."""
    return generate_latest(registry).decode()


def test_an_act_is_counted_by_what_came_of_it(registry: CollectorRegistry, watch: Telemetry) -> None:
    """Done by the word of whoever did it; failed by the code of the error, which passes."""
    with watch.doing(Act.STEP, "received") as doing:
        doing.outcome = "inspected"
    with pytest.raises(KeysUnavailable), watch.doing(Act.STEP, "received"):
        raise KeysUnavailable
    found = page(registry)
    assert 'verso_step_seconds_count{detail="received",outcome="inspected"} 1.0' in found
    assert 'verso_step_seconds_count{detail="received",outcome="keys-unavailable"} 1.0' in found


def test_a_slot_is_busy_for_as_long_as_it_works(registry: CollectorRegistry, watch: Telemetry) -> None:
    """However the work ends."""
    with watch.doing(Act.WORK, "document"):
        assert "verso_slots_busy 1.0" in page(registry)
    with pytest.raises(KeysUnavailable), watch.doing(Act.WORK, "document"):
        raise KeysUnavailable
    assert "verso_slots_busy 0.0" in page(registry)


def test_stores_and_keys_are_timed(registry: CollectorRegistry, watch: Telemetry) -> None:
    """Each call, by what was asked for, and nothing of what it was asked about."""
    world = World(ledger=open_ledger("sqlite://", Clock().now), clock=Clock())
    store, keys = WatchedObjects(MemoryObjects(), watch), WatchedKeys(world.masters, watch)
    store.put("documents/a", b"1")
    assert store.get("documents/a") == b"1"
    assert keys.unwrap(keys.wrap(bytes(32), b"context"), b"context") == bytes(32)
    found = page(registry)
    for name in ('object_seconds_count{detail="put"', 'object_seconds_count{detail="get"'):
        assert f"verso_{name}" in found
    for name in ("wrap", "unwrap"):
        assert f'verso_key_seconds_count{{detail="{name}"' in found
    assert "documents/" not in found


def test_refusals_and_failures_are_counted_by_code(registry: CollectorRegistry) -> None:
    """A worker counts what it does; a document that dies is told from one that is tried again."""
    clock = Clock()
    world = World(ledger=open_ledger("sqlite://", clock.now), clock=clock)
    watch = Watch(measures=Measures(registry))
    for content in (b"BAD", paper()):
        document = world.hand_over(content).document
        performer = world.performer(telemetry=watch)
        for work in world.ledger.due(10, timedelta(0)):
            performer.perform(work)
        assert world.document(document.id)
    found = page(registry)
    assert 'verso_refusals_total{code="damaged-file"} 1.0' in found
    assert 'verso_work_seconds_count{detail="document",outcome="done"} 2.0' in found


def test_no_id_is_a_label(registry: CollectorRegistry) -> None:
    """A page of metrics names nobody, however many documents there were: labels are codes of short lists."""
    clock = Clock()
    world = World(ledger=open_ledger("sqlite://", clock.now), clock=clock)
    registry.register(LedgerGauges(world.ledger, clock.now))
    watch = Watch(measures=Measures(registry))
    ids: list[DocumentId] = []
    for number in range(5):
        document = world.hand_over(paper(str(number))).document
        ids.append(document.id)
        for work in world.ledger.due(10, timedelta(0)):
            world.performer(telemetry=watch).perform(work)
    found = page(registry)
    assert not [one for one in ids if one in found]
    assert INS not in found
    assert not re.search(r"[0-9a-f]{32}", found)


def test_the_ledgers_backlog_is_shown_by_stage_and_age(registry: CollectorRegistry) -> None:
    """Depth and age of what waits, for a worker or for a person."""
    clock = Clock()
    world = World(ledger=open_ledger("sqlite://", clock.now), clock=clock)
    world.hand_over(b"a letter about nobody")
    world.work()
    world.hand_over(paper())
    clock.turn(60)
    registry.register(LedgerGauges(world.ledger, clock.now))
    found = page(registry)
    assert 'verso_backlog{lane="inbox",stage="received",state="unsent"} 1.0' in found
    assert 'verso_backlog{lane="inbox",stage="review",state="person"} 1.0' in found
    assert 'verso_backlog_late_seconds{lane="inbox",stage="received",state="unsent"} 60.0' in found
    assert "verso_ledger_up 1.0" in found


def test_a_ledger_that_is_away_is_said_to_be(registry: CollectorRegistry, tmp_path: Path) -> None:
    """The page is drawn all the same."""
    clock = Clock()
    registry.register(LedgerGauges(open_ledger(f"sqlite:///{tmp_path / 'empty.db'}", clock.now), clock.now))
    assert "verso_ledger_up 0.0" in page(registry)


def _child(folder: Path, slot: int, refusals: int) -> None:
    count_in_files(folder, lambda: slot)
    measures = Measures(CollectorRegistry())
    for _ in range(refusals):
        measures.refused("damaged-file")
    measures.begun(Act.WORK)


def test_the_children_of_a_worker_are_added_up(tmp_path: Path) -> None:
    """A child that takes a dead one's slot counts on where it stopped, and no file is left behind for each child."""
    forking = multiprocessing.get_context("spawn")
    for slot, refusals in ((0, 2), (1, 3), (0, 4)):
        process = forking.Process(target=_child, args=(tmp_path, slot, refusals))
        process.start()
        process.join()
        assert process.exitcode == 0
    found = page(shared_registry(tmp_path))
    assert 'verso_refusals_total{code="damaged-file"} 9.0' in found
    assert "verso_slots_busy 2.0" in found
    kinds = ("counter", "gauge_sum")
    found_files = sorted(path.name for path in tmp_path.iterdir())
    assert found_files == [f"{kind}_{slot}.db" for kind in kinds for slot in (0, 1)]
