"""A queue that nobody can listen to, of itself or for another beside it, is made anew: the shadows of RabbitMQ 3.10."""

from contextlib import suppress

import pytest
from amqp import Message

from documents.errors import BrokerUnavailable
from documents.lane import Lane
from tests.fakes import paper
from tests.services.rabbitmq import Rabbitmq
from tests.workers.broker import QUEUE, courier, wait_until, waiting
from tests.world import World
from verso.health import Process
from workers.courier import Courier
from workers.lanes import queue_of

__all__ = ["courier"]

pytestmark = pytest.mark.waits


def test_a_queue_that_nobody_can_listen_to_is_made_anew(world: World, courier: Courier) -> None:
    """P24: workers live, none is listening, and messages wait: it may be the shadow of a queue (RabbitMQ 3.10)."""
    document = world.hand_over(paper()).document.id
    assert (courier.deliver(), courier.revive()) == (1, 0)
    with courier.app.connection_for_write() as connection:
        connection.default_channel.basic_publish(Message("in the shadow"), routing_key=QUEUE)
    world.clock.turn(61)
    world.ledger.beat(Process.WORKER, "here/1/1")
    assert courier.revive() == 1
    wait_until(lambda: waiting(courier.app) == 1)
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
