"""The part of a worker that takes messages off: Celery's own, without what Verso has no use for."""

from functools import partial
from typing import Any, Final

from celery.worker.consumer import Consumer as _Consumer

#: Keeps some thirty quorum queues for tasks with a time of their own. Verso's times are in the ledger.
_DELAYED_DELIVERY: Final = "celery.worker.consumer.delayed_delivery:DelayedDelivery"

#: A worker notices within twice this that its broker is gone, and connects again, in seconds.
_HEARTBEAT_SECONDS: Final = 10
#: Seconds between two tries to connect again, at most: kombu's thirty would be added to each restart of a broker.
_LONGEST_PAUSE: Final = 4


class Consumer(_Consumer):  # type: ignore[misc]  # Celery is not annotated
    """Takes messages off the queue."""

    class Blueprint(_Consumer.Blueprint):  # type: ignore[misc]  # Celery is not annotated
        """The steps in which it starts."""

        default_steps = tuple(step for step in _Consumer.Blueprint.default_steps if step != _DELAYED_DELIVERY)

    def __init__(self, *args: Any, **options: Any) -> None:
        """Prepare as Celery does, with heartbeats of its own."""
        super().__init__(*args, **{**options, "amqheartbeat": _HEARTBEAT_SECONDS})

    def ensure_connected(self, conn: Any) -> Any:
        """Connect again and again, as Celery does, at short intervals."""
        conn.ensure_connection = partial(conn.ensure_connection, interval_max=_LONGEST_PAUSE)
        return super().ensure_connected(conn)
