"""The courier on a real RabbitMQ: whatever the broker does to a message, the work stays due until somebody has it."""

import time
from collections.abc import Sequence
from typing import Any

import pytest

from documents.errors import BrokerUnavailable
from documents.work import Work
from storage.ledger.interface import Ledger
from tests.fakes import paper
from tests.services.rabbitmq import Rabbitmq
from tests.workers.broker import QUEUE, courier, delete_queue, wait_until, waiting
from tests.world import World
from workers import rabbitmq as brokering
from workers.courier import Courier
from workers.lanes import SET_ASIDE

__all__ = ["courier"]

#: Deliveries that the policy allows after the first.
_DELIVERY_LIMIT = 20

pytestmark = pytest.mark.waits


def test_what_is_sent_is_at_the_broker(world: World, courier: Courier) -> None:
    """Once, and on return."""
    world.hand_over(paper())
    assert courier.deliver() == 1
    wait_until(lambda: waiting(courier.app) == 1)
    assert courier.deliver() == 0


def test_a_deleted_queue_is_made_again_and_filled_again(world: World, courier: Courier) -> None:
    """P24: what was in it is sent once more when it has been on its way for too long."""
    world.hand_over(paper())
    courier.deliver()
    delete_queue(courier.app)
    world.clock.turn(301)
    assert courier.deliver() == 1
    wait_until(lambda: waiting(courier.app) == 1)


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
    wait_until(lambda: waiting(courier.app) == 1)


def test_a_broker_that_does_not_answer_holds_nobody_up(
    world: World, courier: Courier, rabbitmq: Rabbitmq, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P24: it is paused while its connections stand; the courier is free again within seconds, and its work due."""
    world.hand_over(paper("first"))
    courier.deliver()
    world.hand_over(paper("second"))
    with rabbitmq.paused(), monkeypatch.context() as hasty:
        hasty.setattr(brokering, "ANSWER_SECONDS", 1.0)
        started = time.monotonic()
        with pytest.raises(BrokerUnavailable):
            courier.deliver()
        assert time.monotonic() - started < 5
    assert courier.deliver() == 1


def test_a_broker_that_takes_nothing_holds_nobody_up(
    world: World, courier: Courier, rabbitmq: Rabbitmq, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P24: short of memory, it stops reading what is published and confirms nothing."""
    world.hand_over(paper())
    rabbitmq.control("set_vm_memory_high_watermark", "0.0000001")
    try:
        with monkeypatch.context() as hasty:
            hasty.setattr(brokering, "ANSWER_SECONDS", 1.0)
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
    wait_until(lambda: waiting(courier.app) == 3)
    world.clock.turn(301)
    assert courier.deliver() == 0
    wait_until(lambda: waiting(courier.app) == 3)


def test_a_message_that_keeps_coming_back_is_set_aside_and_its_work_is_not(world: World, courier: Courier) -> None:
    """P26: workers that died around a document cost its message, never the document."""
    world.hand_over(paper())
    courier.deliver()
    with courier.app.connection_for_read() as connection:
        for _ in range(_DELIVERY_LIMIT + 1):
            wait_until(lambda: bounced(connection.default_channel))
    wait_until(lambda: waiting(courier.app, SET_ASIDE) == 1)
    assert waiting(courier.app) == 0
    world.clock.turn(301)
    assert courier.deliver() == 1


def bounced(channel: brokering.Channel) -> bool:
    """Take a message and give it back, as happens when its worker dies; False when there is none just now."""
    message = channel.basic_get(QUEUE)
    if message is not None:
        channel.basic_reject(message.delivery_tag, requeue=True)
    return message is not None
