"""The courier on a real RabbitMQ: whatever the broker does to a message, the work stays due until somebody has it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from amqp import Message
from celery import Celery
from kombu import pools

from documents.errors import BrokerUnavailable
from documents.lane import Lane
from documents.work import Work
from storage.ledger.interface import Ledger
from tests.fakes import paper
from tests.services.rabbitmq import Rabbitmq, rabbitmq
from tests.workers.steady import GO
from tests.world import World
from verso.health import Process
from verso.settings import Settings
from workers import rabbitmq as brokering
from workers.app import make_app
from workers.courier import Courier
from workers.lanes import queue_of, share
from workers.owner import may_live

__all__ = ["rabbitmq"]

_ROOT = Path(__file__).resolve().parents[2]

#: The queue of the hospital's lane.
QUEUE = queue_of(Lane.INBOX)

#: Where the broker puts what came back too often: see `deploy/rabbitmq-definitions.json`.
_DEAD = "documents.dead"
_COUNTS = ("messages_ready", "messages_unacknowledged")
#: Deliveries that the policy allows after the first.
_DELIVERY_LIMIT = 20

pytestmark = pytest.mark.waits


@pytest.fixture
def courier(world: World, rabbitmq: Rabbitmq) -> Iterator[Courier]:
    """A courier between that world and the broker, whose queues are empty."""
    settings = Settings(broker_url=rabbitmq.url(), resend_seconds=300)  # type: ignore[arg-type]
    app = make_app(settings)
    delete_queue(app)
    with app.connection_for_write() as connection:
        connection.default_channel.queue_purge(_DEAD)
    yield Courier(app=app, ledger=world.ledger, settings=settings, now=world.clock.now)
    app.close()
    # What a test cut would be handed to the next one.
    pools.reset()  # type: ignore[no-untyped-call]  # kombu is not annotated


def delete_queue(app: Celery) -> None:
    """Delete the queue with everything in it, over a connection of its own."""
    with app.connection_for_write() as connection:
        connection.default_channel.queue_delete(QUEUE)


def waiting(app: Celery, queue: str = QUEUE) -> int:
    """Return how many messages wait in a queue."""
    with app.connection_for_write() as connection:
        count: int = connection.default_channel.queue_declare(queue, passive=True).message_count
    return count


def wait_until(reached: Callable[[], bool]) -> None:
    """Wait for something to come true."""
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.1)


def test_what_is_sent_is_at_the_broker(world: World, courier: Courier) -> None:
    """Once, and on return."""
    world.hand_over(paper())
    assert courier.deliver() == 1
    assert waiting(courier.app) == 1
    assert courier.deliver() == 0


def test_a_deleted_queue_is_made_again_and_filled_again(world: World, courier: Courier) -> None:
    """P24: what was in it is sent once more when it has been on its way for too long."""
    world.hand_over(paper())
    courier.deliver()
    delete_queue(courier.app)
    world.clock.turn(301)
    assert courier.deliver() == 1
    assert waiting(courier.app) == 1


def test_a_queue_that_nobody_can_listen_to_is_made_anew(world: World, courier: Courier) -> None:
    """P24: workers live, none is listening, and messages wait: it may be the shadow of a queue (RabbitMQ 3.10)."""
    document = world.hand_over(paper()).document.id
    assert (courier.deliver(), courier.revive()) == (1, 0)
    with courier.app.connection_for_write() as connection:
        connection.default_channel.basic_publish(Message("in the shadow"), routing_key=QUEUE)
    world.clock.turn(61)
    world.ledger.beat(Process.WORKER, "here/1/1")
    assert courier.revive() == 1
    assert waiting(courier.app) == 1
    # Its worker comes up: whatever happens after is not the queue's fault.
    assert world.advance(document)
    world.clock.turn(20)
    assert courier.revive() == 0


def test_a_shadow_that_nothing_is_sent_to_is_made_anew_too(world: World, courier: Courier) -> None:
    """P24: it keeps workers from every other queue, since whoever wants to listen to all of them is thrown out."""
    world.hand_over(paper())
    assert (courier.deliver(), courier.revive()) == (1, 0)
    with courier.app.connection_for_write() as connection:
        connection.default_channel.basic_publish(Message("in the shadow"), routing_key=queue_of(Lane.NIGHTLY))
    world.clock.turn(61)
    world.ledger.beat(Process.WORKER, "here/1/1")
    assert courier.revive() == 1
    assert waiting(courier.app, queue_of(Lane.NIGHTLY)) == 0


def a_round_of(courier: Courier) -> None:
    """Let it do what it does at each round: an outage is waited out."""
    for act in (courier.revive, courier.deliver):
        with suppress(BrokerUnavailable):
            act()


@pytest.mark.timeout(120)
def test_every_queue_can_be_listened_to_again_after_a_kill_that_leaves_a_shadow(
    world: World, courier: Courier, rabbitmq: Rabbitmq
) -> None:
    """P24: RabbitMQ 3.10, killed within moments of a queue's making, throws out whoever wants to listen to it."""
    with courier.app.connection_for_write() as connection:
        for lane in Lane:
            connection.default_channel.queue_delete(queue_of(lane))
    courier.deliver()
    rabbitmq.kill()
    rabbitmq.start()
    world.hand_over(paper())
    a_round_of(courier)
    world.clock.turn(61)
    world.ledger.beat(Process.WORKER, "here/1/1")
    a_round_of(courier)
    with courier.app.connection_for_write() as connection:
        for lane in Lane:
            connection.default_channel.basic_consume(queue_of(lane), callback=lambda _message: None)


@pytest.mark.parametrize("reason", ["nobody works", "somebody listens"])
def test_a_queue_is_left_alone_while_it_may_be_heard(world: World, courier: Courier, reason: str) -> None:
    """Without workers its silence means nothing, and with a listener it is none."""
    world.hand_over(paper())
    assert (courier.deliver(), courier.revive()) == (1, 0)
    with courier.app.connection_for_write() as connection:
        if reason == "somebody listens":
            connection.default_channel.basic_consume(QUEUE)
            world.ledger.beat(Process.WORKER, "here/1/1")
        for _ in range(3):
            world.clock.turn(30)
            assert courier.revive() == 0


def test_a_message_that_reaches_no_queue_is_not_taken_for_sent(
    world: World, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P24: a broker confirms what it throws away, unless told that the message is mandatory."""
    world.hand_over(paper("first"))
    courier.deliver()
    world.hand_over(paper("second"))
    due = type(world.ledger).due

    def due_while_the_queue_is_deleted(ledger: Ledger, *asked: Any) -> Sequence[Work]:
        delete_queue(courier.app)
        return due(ledger, *asked)

    with monkeypatch.context() as patched:
        patched.setattr(type(world.ledger), "due", due_while_the_queue_is_deleted)
        with pytest.raises(BrokerUnavailable):
            courier.deliver()
    assert courier.deliver() == 1
    assert waiting(courier.app) == 1


def test_a_broker_that_does_not_answer_holds_nobody_up(
    world: World, courier: Courier, rabbitmq: Rabbitmq, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P24: it is paused while its connections stand; the courier is free again within seconds, and its work due."""
    monkeypatch.setattr(brokering, "ANSWER_SECONDS", 1.0)
    world.hand_over(paper("first"))
    courier.deliver()
    world.hand_over(paper("second"))
    with rabbitmq.paused():
        started = time.monotonic()
        with pytest.raises(BrokerUnavailable):
            courier.deliver()
        assert time.monotonic() - started < 5
    assert courier.deliver() == 1


def test_a_broker_that_takes_nothing_holds_nobody_up(
    world: World, courier: Courier, rabbitmq: Rabbitmq, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P24: short of memory, it stops reading what is published and confirms nothing."""
    monkeypatch.setattr(brokering, "ANSWER_SECONDS", 1.0)
    world.hand_over(paper())
    rabbitmq.control("set_vm_memory_high_watermark", "0.0000001")
    try:
        with pytest.raises(BrokerUnavailable):
            courier.deliver()
    finally:
        rabbitmq.control("set_vm_memory_high_watermark", "0.6")
    wait_until(lambda: delivered(courier) == 1)


def delivered(courier: Courier) -> int:
    """Return how much a round of the courier sent: nothing while the broker takes nothing."""
    try:
        return courier.deliver()
    except BrokerUnavailable:
        return 0


def test_no_heartbeat_passes_for_a_confirmation(courier: Courier) -> None:
    """A broker that takes nothing still sends them, and each would start the wait anew."""
    with courier.app.connection_for_write() as connection:
        assert connection.connection.heartbeat == 0


def test_a_backlog_is_not_doubled_by_sending_it_again(
    world: World, courier: Courier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P24: only so much waits at the broker, however long it waits there."""
    monkeypatch.setattr(brokering, "MOST_WAITING", 3)
    for number in range(5):
        world.hand_over(paper(f"number {number}"))
    assert courier.deliver() == 3
    world.clock.turn(301)
    assert courier.deliver() == 0
    assert waiting(courier.app) == 3


def test_a_message_that_keeps_coming_back_is_set_aside_and_its_work_is_not(world: World, courier: Courier) -> None:
    """P26: workers that died around a document cost its message, never the document."""
    world.hand_over(paper())
    courier.deliver()
    with courier.app.connection_for_read() as connection:
        for _ in range(_DELIVERY_LIMIT + 1):
            wait_until(lambda: bounced(connection.default_channel))
    wait_until(lambda: waiting(courier.app, _DEAD) == 1)
    assert waiting(courier.app) == 0
    world.clock.turn(301)
    assert courier.deliver() == 1


def bounced(channel: brokering.Channel) -> bool:
    """Take a message and give it back, as happens when its worker dies; False when there is none just now."""
    message = channel.basic_get(QUEUE)
    if message is not None:
        channel.basic_reject(message.delivery_tag, requeue=True)
    return message is not None


@contextmanager
def overlong_worker(rabbitmq: Rabbitmq, folder: Path, limit: str = "2") -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker whose every task takes too long, for as long as the block lasts."""
    command = [sys.executable, "-m", "tests.workers.overlong", rabbitmq.url(), str(folder / "ledger.db"), limit]
    with subprocess.Popen(command, cwd=_ROOT, start_new_session=True) as worker:
        try:
            yield worker
        finally:
            worker.kill()


@pytest.mark.timeout(120)
def test_the_ledger_still_has_what_a_time_limit_ended(
    world: World, courier: Courier, rabbitmq: Rabbitmq, tmp_path: Path
) -> None:
    """P24: Celery acknowledges the message of a task that it killed; the work is given out again."""
    world.hand_over(paper())
    with overlong_worker(rabbitmq, tmp_path):
        courier.deliver()
        wait_until(lambda: courier.ledger.release_orphans(may_live) == 1)
        wait_until(lambda: f"{QUEUE}\t0\t0" in rabbitmq.control("list_queues", "-p", "verso", "name", *_COUNTS))
    assert courier.deliver() == 1


@contextmanager
def steady_worker(rabbitmq: Rabbitmq, folder: Path, *how: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker that notes what it begins and ends, for as long as the block lasts."""
    command = [sys.executable, "-m", "tests.workers.steady", rabbitmq.url(), str(folder), *how]
    with subprocess.Popen(command, cwd=_ROOT) as worker:
        try:
            yield worker
        finally:
            worker.terminate()


def listeners(app: Celery) -> int:
    """Return how many consumers the queue has."""
    with app.connection_for_write() as connection:
        count: int = connection.default_channel.queue_declare(QUEUE, passive=True).consumer_count
    return count


@pytest.mark.timeout(120)
def test_a_worker_that_was_not_told_of_its_queues_end_listens_again(
    world: World, courier: Courier, rabbitmq: Rabbitmq, tmp_path: Path
) -> None:
    """P24: the broker says once that it cancelled a consumer; one that missed it looks for itself."""
    courier.deliver()
    with steady_worker(rabbitmq, tmp_path, f"sqlite:///{tmp_path / 'ledger.db'}"):
        wait_until(lambda: listeners(courier.app) == 1)
        delete_queue(courier.app)
        world.hand_over(paper())
        courier.deliver()
        wait_until(lambda: any(tmp_path.glob("*.begun")))
        (tmp_path / GO).touch()


@pytest.mark.timeout(120)
def test_a_lane_alone_fills_every_slot(world: World, courier: Courier, rabbitmq: Rabbitmq, tmp_path: Path) -> None:
    """P19: weights share slots out while all lanes have work; none is kept idle for a lane that has none.

    And P26: what it holds beyond them is its lane's share. The rest waits where another worker can take it.
    """
    for number in range(8):
        world.hand_over(paper(f"paper {number}"))
    with steady_worker(rabbitmq, tmp_path):
        courier.deliver()
        wait_until(lambda: len(list(tmp_path.glob("*.begun"))) == 2)
        wait_until(lambda: waiting(courier.app) == 8 - share(QUEUE, 2))
        (tmp_path / GO).touch()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("killed", ["worker", "process of its pool"])
def test_a_message_goes_back_when_who_has_it_is_killed(
    world: World, courier: Courier, rabbitmq: Rabbitmq, tmp_path: Path, killed: str
) -> None:
    """P1: it is taken off when its work is done, not when it is begun; nobody waits for the ledger to send another."""
    world.hand_over(paper())
    courier.deliver()
    with steady_worker(rabbitmq, tmp_path) as worker:
        wait_until(lambda: any(tmp_path.glob("*.begun")))
        (note,) = tmp_path.glob("*.begun")
        if killed == "worker":
            worker.kill()
            wait_until(lambda: waiting(courier.app) == 1)
        else:
            os.kill(int(note.suffixes[-2].removeprefix(".")), signal.SIGKILL)
            wait_until(lambda: len(list(tmp_path.glob("*.begun"))) == 2)
        (tmp_path / GO).touch()


@pytest.mark.timeout(120)
def test_a_lost_connection_ends_no_work(world: World, courier: Courier, rabbitmq: Rabbitmq, tmp_path: Path) -> None:
    """P1: Celery would kill what it can no longer acknowledge, and the kill would count against the document."""
    world.hand_over(paper())
    courier.deliver()
    with steady_worker(rabbitmq, tmp_path):
        wait_until(lambda: any(tmp_path.glob("*.begun")))
        (note,) = tmp_path.glob("*.begun")
        rabbitmq.control("close_all_connections", "--vhost", "verso", "a test")
        # The message comes again, over another connection.
        wait_until(lambda: len(list(tmp_path.glob("*.begun"))) == 2)
        (tmp_path / GO).touch()
        wait_until(note.with_suffix(".ended").exists)


@contextmanager
def impatient(rabbitmq: Rabbitmq) -> Iterator[None]:
    """Let the broker close the channel of whoever keeps a message for longer than a second."""
    setting = "application:set_env(rabbit, {}, {})."
    rabbitmq.control("eval", setting.format("consumer_timeout", 1000))
    rabbitmq.control("eval", setting.format("channel_tick_interval", 500))
    try:
        yield
    finally:
        rabbitmq.control("eval", setting.format("consumer_timeout", 3600000))
        rabbitmq.control("eval", setting.format("channel_tick_interval", 60000))


@pytest.mark.timeout(120)
def test_a_worker_outlives_the_brokers_impatience(
    world: World, courier: Courier, rabbitmq: Rabbitmq, tmp_path: Path
) -> None:
    """P24: a message kept for too long costs the channel; Celery left to itself would end the worker."""
    world.hand_over(paper())
    with impatient(rabbitmq), overlong_worker(rabbitmq, tmp_path, "60") as worker:
        courier.deliver()
        wait_until(lambda: "precondition_failed" in (rabbitmq.folder / "log" / "broker.log").read_text().lower())
        wait_until(lambda: listeners(courier.app) == 0 or worker.poll() is not None)
        wait_until(lambda: worker.poll() is not None or listeners(courier.app) == 1)
        assert worker.poll() is None


@pytest.mark.timeout(120)
def test_a_worker_hears_whether_its_broker_lives(courier: Courier, rabbitmq: Rabbitmq, tmp_path: Path) -> None:
    """P24: without heartbeats it would stay deaf on a connection whose other end is gone; and it keeps no queues."""
    courier.deliver()
    with overlong_worker(rabbitmq, tmp_path):
        wait_until(lambda: "10" in rabbitmq.control("list_connections", "timeout").split())
    queues = rabbitmq.control("list_queues", "-p", "verso", "--no-table-headers", "name").split()
    assert sorted(queues) == sorted([*map(queue_of, Lane), _DEAD])
