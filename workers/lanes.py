"""Lanes at the broker: a queue for each class of service, and how much of each a worker takes at once."""

from typing import Any, Final

from celery.app.amqp import AMQP
from kombu.entity import Exchange, Queue
from kombu.messaging import Consumer

from documents.lane import Lane

#: What all queues' names begin with.
_PREFIX: Final = "documents."
#: Where the broker sets aside what came back too often: see `deploy/rabbitmq-definitions.json`.
SET_ASIDE: Final = f"{_PREFIX}dead"

#: How the slots of a worker are shared out while every lane has work.
_WEIGHTS: Final = {Lane.UPLOAD: 3, Lane.INBOX: 2, Lane.NIGHTLY: 1}


def queue_of(lane: Lane) -> str:
    """Return the name of a lane's queue."""
    return f"{_PREFIX}{lane}"


def queues(arguments: dict[str, str] | None = None) -> list[Queue]:
    """Return every lane's queue, the most urgent first."""
    made = []
    for lane in Lane:
        name = queue_of(lane)
        direct = Exchange("")  # type: ignore[no-untyped-call]
        made.append(Queue(name, direct, name, queue_arguments=arguments))  # type: ignore[no-untyped-call]
    return made


def share(queue: str, slots: int) -> int:
    """Return how many messages of a queue a worker holds at once: what it works on in turn is in this proportion.

    As many as it has slots at least, or a lane alone would leave some of them idle.
    """
    return slots * _WEIGHTS[Lane(queue.removeprefix(_PREFIX))]


class WeightedConsumer(Consumer):
    """Takes of each queue its lane's share: a broker gives each consumer as many messages as it may hold."""

    #: Slots of this worker.
    slots = 1

    def _basic_consume(self, queue: Queue, *args: Any, **options: Any) -> Any:
        channel: Any = self.channel
        channel.basic_qos(0, share(queue.name, self.slots), a_global=False)
        return super()._basic_consume(queue, *args, **options)  # type: ignore[no-untyped-call]


class Lanes(AMQP):  # type: ignore[misc]  # Celery is not annotated
    """Celery's idea of queues, consumed by weight."""

    def TaskConsumer(self, channel: Any, queues: Any = None, accept: Any = None, **options: Any) -> Consumer:  # noqa: N802
        """Return the consumer of a worker."""
        consumer = WeightedConsumer(  # type: ignore[no-untyped-call]
            channel,
            accept=accept or self.app.conf.accept_content,
            queues=queues or list(self.queues.consume_from.values()),
            **options,
        )
        consumer.slots = self.app.conf.worker_concurrency
        return consumer
