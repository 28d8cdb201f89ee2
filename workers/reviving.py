"""Reviving: a queue that nobody can listen to while there are workers may be the shadow of one, and is deleted."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from amqp.exceptions import NotFound
from celery import Celery

from documents.errors import BrokerUnavailable
from documents.lane import Lane
from storage.ledger.vitals import Vitals, WorkState
from verso.health import SILENCE, Process
from workers.lanes import queue_of
from workers.rabbitmq import FAULTS

#: How long a queue has no listener, although workers live, before it is deleted; and how long until it is again. A
#: worker that comes up, or connects again, listens within a fraction of it.
_DESERTED: Final = timedelta(seconds=60)
#: Time between two looks.
_PAUSE: Final = timedelta(seconds=10)
#: What a worker that listens would take.
_UNTAKEN: Final = frozenset({WorkState.UNSENT, WorkState.SENT})

_log = structlog.get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Reviver:
    """Looks at the queues of a real broker now and then.

    RabbitMQ 3.10 may be left with a shadow by a kill within moments of a queue's making or deletion: it can be
    declared, and whoever wants to listen is thrown out, of all other queues too. So while work waits in a queue that is
    deserted, any that is may be the shadow. Deleting loses nothing but messages, which the ledger sends again. Where
    work waits in a lane that no worker has, its queue is deserted too, and deleting that does no harm.
    """

    app: Celery
    vitals: Vitals
    #: Tells the time by which the ledger goes, aware and in UTC.
    now: Callable[[], datetime]
    _next: datetime | None = None
    #: Since when nobody listens to a lane's queue.
    _deserted: dict[Lane, datetime] = field(default_factory=dict)

    def revive(self) -> bool:
        """Delete what may be a shadow; return whether there was one. The courier makes the queue anew.

        Raises:
            BrokerUnavailable: The broker failed, refused or was late.
            LedgerUnavailable: The ledger did not answer.
        """
        now = self.now()
        if self._next is not None and now < self._next:
            return False
        self._next = now + _PAUSE
        try:
            shadows = self._shadows([*self._silent()], now)
            for lane in shadows:
                self._deserted[lane] = now
                _log.error("queue-made-anew", name=queue_of(lane))
                with self.app.connection_for_write() as connection:
                    connection.default_channel.queue_delete(queue_of(lane))
        except FAULTS as error:
            raise BrokerUnavailable from error
        return bool(shadows)

    def _silent(self) -> Iterator[Lane]:
        """Yield the lanes whose queue is there and has no listener."""
        with self.app.connection_for_write() as connection:
            for lane in Lane:
                try:
                    # One that is gone costs the channel.
                    with connection.channel() as channel:
                        listeners = channel.queue_declare(queue_of(lane), passive=True).consumer_count
                except NotFound:
                    continue
                if listeners:
                    self._deserted.pop(lane, None)
                else:
                    yield lane

    def _shadows(self, silent: Sequence[Lane], now: datetime) -> Sequence[Lane]:
        deserted = [lane for lane in silent if now - self._deserted.setdefault(lane, now) >= _DESERTED]
        return deserted if deserted and self._work_waits(deserted) and self._workers_live(now) else ()

    def _work_waits(self, lanes: Sequence[Lane]) -> bool:
        return any(one.lane in lanes and one.state in _UNTAKEN for one in self.vitals.backlog())

    def _workers_live(self, now: datetime) -> bool:
        return any(one.kind == Process.WORKER and now - one.at < SILENCE for one in self.vitals.pulses())
