"""RabbitMQ as the courier needs it: every answer has a deadline, and the queue is there and has room."""

from collections.abc import Callable
from typing import Any, Final

from amqp.abstract_channel import AbstractChannel
from amqp.exceptions import AMQPError, MessageNacked
from celery import Celery
from kombu.exceptions import OperationalError
from kombu.messaging import Producer
from kombu.transport import pyamqp

from documents.lane import Lane
from workers.lanes import queue_of

#: Longest silence while the broker owes an answer, in seconds.
ANSWER_SECONDS: Final = 10.0

#: Most messages that wait at once. The ledger sends again what waits too long: without a bound a backlog would be
#: doubled at every resend.
MOST_WAITING: Final = 1000

#: What a broker that fails, refuses, or answers late raises.
FAULTS: Final = (OperationalError, AMQPError, MessageNacked, OSError)


class _Punctual(AbstractChannel):  # type: ignore[misc]  # amqp is not annotated
    """Somebody who waits for answers, but not for ever.

    A broker that is paused, or that takes nothing because its memory or disk is low, confirms nothing either, and no
    setting bounds every wait: ``confirm_timeout`` among the transport's options is not even read (celery#2689).
    """

    def wait(
        self, method: Any, callback: Callable[..., object] | None = None, timeout: float | None = None, **how: Any
    ) -> Any:
        """Wait for one of the broker's methods.

        Raises:
            TimeoutError: The broker said nothing for too long. The connection is dropped, since what it says now would
                be taken for an answer to something else.
        """
        try:
            return super().wait(method, callback, timeout or ANSWER_SECONDS, **how)
        except TimeoutError:
            self.connection.collect()
            raise


class Channel(_Punctual, pyamqp.Channel):
    """A channel with deadlines."""


class Connection(_Punctual, pyamqp.Connection):
    """A connection of such channels; in AMQP it is a channel itself."""

    Channel = Channel


class Transport(pyamqp.Transport):
    """kombu's transport over such connections."""

    Connection = Connection


class SecureTransport(pyamqp.SSLTransport):
    """The same within TLS."""

    Connection = Connection


def room_in_queue(app: Celery, producer: Producer, lane: Lane) -> int:
    """Make a queue if it is not there, as after somebody deleted it, and return how many more messages it takes."""
    queue = app.amqp.queues[queue_of(lane)]
    declared = producer.channel.queue_declare(
        queue.name, durable=queue.durable, auto_delete=queue.auto_delete, arguments=queue.queue_arguments
    )
    waiting: int = declared.message_count
    return max(0, MOST_WAITING - waiting)
