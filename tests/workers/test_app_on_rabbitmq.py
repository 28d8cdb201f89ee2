"""A worker on a real RabbitMQ: it hears what is sent, and what it holds comes back when it cannot finish it."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from documents.lane import Lane
from tests.fakes import paper
from tests.services.rabbitmq import Rabbitmq
from tests.workers.broker import (
    QUEUE,
    courier,
    delete_queue,
    listeners,
    overlong_worker,
    steady_worker,
    wait_until,
    waiting,
)
from tests.workers.steady import GO
from tests.world import World
from workers.courier import Courier
from workers.lanes import SET_ASIDE, queue_of, share
from workers.owner import may_live

__all__ = ["courier"]

_COUNTS = ("messages_ready", "messages_unacknowledged")

pytestmark = pytest.mark.waits


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


def test_a_worker_hears_whether_its_broker_lives(courier: Courier, rabbitmq: Rabbitmq, tmp_path: Path) -> None:
    """P24: without heartbeats it would stay deaf on a connection whose other end is gone; and it keeps no queues."""
    courier.deliver()
    with overlong_worker(rabbitmq, tmp_path):
        wait_until(lambda: "10" in rabbitmq.control("list_connections", "timeout").split())
    queues = rabbitmq.control("list_queues", "-p", "verso", "--no-table-headers", "name").split()
    assert sorted(queues) == sorted([*map(queue_of, Lane), SET_ASIDE])
