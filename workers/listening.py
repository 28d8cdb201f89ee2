"""Listening: a worker that hears nothing while messages wait connects again, whatever made it deaf (P24)."""

from collections.abc import Callable
from typing import Any, Final

import structlog
from amqp.exceptions import NotFound, RecoverableConnectionError
from celery import Celery, bootsteps
from celery.worker import state
from celery.worker.consumer.tasks import Tasks

from documents.errors import Interrupted

#: Seconds between two looks.
LOOK_SECONDS: Final = 10.0

_log = structlog.get_logger(__name__)


class Deaf(RecoverableConnectionError):  # type: ignore[misc]  # amqp is not annotated
    """Messages wait, and this worker is not told of them: a fault of the connection, which is made anew."""


def keep_listening(app: Celery, unheard: Callable[[], bool], every: float = LOOK_SECONDS) -> None:
    """Let the worker of an application notice that it became deaf.

    A queue that is deleted and made again may keep its consumers by name, count messages as delivered to them, and
    deliver none (RabbitMQ 3.10, quorum queues), while the connection's heartbeats go on: the broker's word that
    somebody listens proves nothing.

    Args:
        app: The application of a worker with an event loop: others are never asked to look.
        unheard: Tells whether the ledger knows of messages that left some time ago and that nobody acted upon.
        every: Seconds between two looks.
    """
    app.steps["consumer"].add(_step(unheard, every))


def _step(unheard: Callable[[], bool], every: float) -> type[Any]:
    class Listening(bootsteps.StartStopStep):  # type: ignore[misc]  # Celery is not annotated
        """Looks now and then, for as long as a connection stands."""

        requires = (Tasks,)
        _idle_at: int | None = None

        def register_with_event_loop(self, consumer: Any, hub: Any) -> None:
            self._idle_at = None
            hub.timer.call_repeatedly(every, self._look, (consumer,))

        def _look(self, consumer: Any) -> None:
            _expect_queues(consumer)
            taken = state.all_total_count[0]
            waited = not state.reserved_requests and self._idle_at == taken
            self._idle_at = None if state.reserved_requests else taken
            if waited and _is_certain(unheard):
                _log.warning("worker-deaf", code="nothing-heard")
                raise Deaf

    return Listening


def _expect_queues(consumer: Any) -> None:
    """Look for the queues over a channel of its own: one that is gone costs the channel.

    Raises:
        Deaf: A queue is gone, or nobody listens to it.
    """
    names = consumer.app.amqp.queues.consume_from
    try:
        with consumer.connection.channel() as channel:
            found = [channel.queue_declare(name, passive=True) for name in names]
    except NotFound as error:
        _log.warning("worker-deaf", code="queue-gone")
        raise Deaf from error
    if not all(queue.consumer_count for queue in found):
        _log.warning("worker-deaf", code="no-consumer")
        raise Deaf


def _is_certain(unheard: Callable[[], bool]) -> bool:
    try:
        return unheard()
    except Interrupted:
        return False
