"""Fairness: who has much waits behind itself, and what a person waits for overtakes what can wait."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from documents.arrival import Arrival
from documents.document import Document
from documents.feeder import Feeder, FeederKind
from documents.lane import Lane
from pipelines.receive import receive
from tests.fakes import paper
from tests.world import World
from verso.settings import Settings
from workers.app import make_app
from workers.courier import Courier
from workers.lanes import queue_of, share

NORTH = Feeder(name="chu-nord", kind=FeederKind.HOSPITAL)
SOUTH = Feeder(name="chu-sud", kind=FeederKind.HOSPITAL)
DESK = Feeder(name="desk", kind=FeederKind.PRACTITIONER)
INSURER = Feeder(name="cpam", kind=FeederKind.INSURER)


@pytest.fixture
def courier(world: World, tmp_path: Path) -> Courier:
    """A courier between that world and a spool, which lets each feeder have ten messages on their way."""
    broker = f"filesystem://{tmp_path / 'broker'}"
    settings = Settings(broker_url=broker, resend_seconds=300, most_sent_per_feeder=10)  # type: ignore[arg-type]
    return Courier(app=make_app(settings), ledger=world.ledger, settings=settings, now=world.clock.now)


def hand_over(world: World, feeder: Feeder, count: int = 1) -> Document:
    """Receive papers from a feeder; return the last one."""
    for number in range(count):
        world.clock.turn(0.001)
        arrival = Arrival(feeder=feeder, content=paper(f"{feeder.name} {number} {world.clock.now()}"))
        document = receive(arrival, world.services).document
    return document


def waiting(folder: Path) -> Counter[str]:
    """Return how many messages wait in each queue."""
    return Counter(path.name.split(".", 1)[1] for path in (folder / "broker" / "messages").iterdir())


def test_a_document_travels_in_the_lane_of_its_feeder(world: World) -> None:
    """It is recorded at the receipt, and stays."""
    lanes = [world.document(hand_over(world, feeder).id).lane for feeder in (DESK, NORTH, INSURER)]
    assert lanes == [Lane.UPLOAD, Lane.INBOX, Lane.NIGHTLY]


def test_each_lane_has_a_queue_of_its_own(world: World, courier: Courier, tmp_path: Path) -> None:
    """What a person waits for is not behind a night's batch."""
    for feeder in (INSURER, NORTH, DESK):
        hand_over(world, feeder)
    assert courier.deliver() == 3
    assert waiting(tmp_path) == Counter({f"{queue_of(lane)}.msg": 1 for lane in Lane})


def test_a_backlog_waits_behind_itself(world: World, courier: Courier) -> None:
    """P19: a feeder that hands over a thousand papers delays its own; the next one's first is sent at once."""
    hand_over(world, NORTH, 50)
    assert courier.deliver() == 10
    assert courier.deliver() == 0
    last = hand_over(world, SOUTH)
    assert courier.deliver() == 1
    assert world.ledger.due(100, timedelta(seconds=300), Lane.INBOX, 10) == []
    assert last.id not in {work.document for work in world.ledger.due(100, timedelta(seconds=300))}


def test_feeders_take_turns(world: World) -> None:
    """P19: each one's first before any one's second, the oldest first."""
    hand_over(world, NORTH, 5)
    hand_over(world, SOUTH, 2)
    due = world.ledger.due(4, timedelta(seconds=300), Lane.INBOX)
    feeders = [world.document(work.document).feeder for work in due]
    assert feeders == ["chu-nord", "chu-sud", "chu-nord", "chu-sud"]


def test_poison_fills_its_own_feeders_quota_and_no_other(world: World, courier: Courier) -> None:
    """P26: documents that kill their workers are sent again and again, ten at a time; another's are not behind them."""
    hand_over(world, NORTH, 30)
    for _ in range(5):
        courier.deliver()
        for work in world.ledger.due(100, timedelta(0), Lane.INBOX, 10):
            world.ledger.claim(work, "dead/1/1", timedelta(seconds=1))
        world.clock.turn(2)
    hand_over(world, SOUTH, 3)
    due = world.ledger.due(100, timedelta(seconds=300), Lane.INBOX, 10)
    assert sum(world.document(work.document).feeder == SOUTH.name for work in due) == 3


def test_the_oldest_unsent_work_of_a_feeder_is_known(world: World, courier: Courier) -> None:
    """P20: intake stops for a feeder whose documents wait too long, and for no other."""
    assert world.ledger.unsent_since(Lane.INBOX, NORTH.name) is None
    hand_over(world, NORTH, 11)
    courier.deliver()
    since = world.ledger.unsent_since(Lane.INBOX, NORTH.name)
    assert since is not None
    assert world.ledger.unsent_since(Lane.INBOX, SOUTH.name) is None


@pytest.mark.parametrize(("slots", "shares"), [(1, [3, 2, 1]), (2, [6, 4, 2])])
def test_lanes_share_a_workers_slots_by_weight(slots: int, shares: list[int]) -> None:
    """While all have work; a lane alone has every slot."""
    found = [share(queue_of(lane), slots) for lane in Lane]
    assert found == shares
    assert min(found) >= slots
