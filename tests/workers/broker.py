"""A courier between a test's world and a real RabbitMQ, what waits there, and workers that hold what they are given."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import Celery
from kombu import pools

from documents.lane import Lane
from tests.architecture.tree import ROOT
from tests.services.rabbitmq import Rabbitmq
from tests.world import World
from verso.settings import Settings
from workers import rabbitmq as brokering
from workers.app import make_app
from workers.courier import Courier
from workers.lanes import SET_ASIDE, queue_of

#: The queue of the hospital's lane.
QUEUE = queue_of(Lane.INBOX)


@pytest.fixture
def courier(world: World, rabbitmq: Rabbitmq, monkeypatch: pytest.MonkeyPatch) -> Iterator[Courier]:
    """A courier between that world and the broker, whose queues are empty; slow is not the same as silent."""
    monkeypatch.setattr(brokering, "ANSWER_SECONDS", 60.0)
    settings = Settings(broker_url=rabbitmq.url(), resend_seconds=300)  # type: ignore[arg-type]
    app = make_app(settings)
    app.conf.broker_connection_timeout = 60
    delete_queue(app)
    with app.connection_for_write() as connection:
        connection.default_channel.queue_purge(SET_ASIDE)
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


def listeners(app: Celery) -> int:
    """Return how many consumers the queue has."""
    with app.connection_for_write() as connection:
        count: int = connection.default_channel.queue_declare(QUEUE, passive=True).consumer_count
    return count


def wait_until(reached: Callable[[], bool]) -> None:
    """Wait for something to come true."""
    deadline = time.monotonic() + 60
    while not reached():
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.1)


@contextmanager
def overlong_worker(rabbitmq: Rabbitmq, folder: Path, limit: str = "10") -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker whose every task takes too long, for as long as the block lasts."""
    command = [sys.executable, "-m", "tests.workers.overlong", rabbitmq.url(), str(folder / "ledger.db"), limit]
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as worker:
        try:
            yield worker
        finally:
            worker.kill()


@contextmanager
def steady_worker(rabbitmq: Rabbitmq, folder: Path, *how: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker that notes what it begins and ends, for as long as the block lasts."""
    command = [sys.executable, "-m", "tests.workers.steady", rabbitmq.url(), str(folder), *how]
    with subprocess.Popen(command, cwd=ROOT) as worker:
        try:
            yield worker
        finally:
            worker.terminate()
