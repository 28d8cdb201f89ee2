"""The courier: carries what the ledger says is due to the broker, again and again until it is done (P17, P24)."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from celery import Celery
from kombu.messaging import Producer

from documents.errors import BrokerUnavailable, Interrupted
from documents.lane import Lane
from documents.work import Work
from storage.ledger.interface import Ledger
from verso.settings import Settings
from verso.telemetry.interface import SILENT, Act, Telemetry
from workers.breaking import Breaker
from workers.nightly import Gate, always_open
from workers.owner import may_live
from workers.rabbitmq import FAULTS, room_in_queue
from workers.reviving import Reviver
from workers.spool import clear_taken, is_spool, room_in_spool
from workers.tasks import send

#: Messages after which the ledger is told: few enough that another courier hardly sends them too, and that a death
#: here has little sent twice; many enough to cost little.
_NOTED_AT_ONCE: Final = 50

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Sends messages for due work. The ledger is the truth: a message lost on the way is sent again."""

    app: Celery
    ledger: Ledger
    settings: Settings
    #: Tells the time by which the ledger goes, aware and in UTC.
    now: Callable[[], datetime]
    telemetry: Telemetry = SILENT
    #: Whether the work of insurers' nights may be sent.
    gate: Gate = always_open
    #: What this process knows of the broker.
    _broker: Breaker = field(init=False, repr=False, compare=False)
    _reviver: Reviver = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Keep whoever hurries from waiting each time for a broker that is out, and an eye on its queues."""
        breaker = Breaker(service=BrokerUnavailable.code, probe=self.deliver, now=self.now)
        object.__setattr__(self, "_broker", breaker)
        object.__setattr__(self, "_reviver", Reviver(app=self.app, vitals=self.ledger, now=self.now))

    def hurry(self) -> None:
        """Send what is due now rather than at the next round, which comes anyway; nothing while the broker is out."""
        self._broker.met()

    def deliver(self, resend_after: timedelta | None = None) -> int:
        """Send what is due, as much as the broker has room for.

        Args:
            resend_after: How long a message may have been on its way before it counts as lost; as set when None.

        Returns:
            How many messages were sent.

        Raises:
            BrokerUnavailable: The broker failed, refused or was late; what it did not take over stays due.
            LedgerUnavailable: The ledger did not answer.
        """
        count, unnoted, seen = 0, list[Work](), self.now()
        try:
            # A fault within the block costs the connection: its next answers could be those to this message.
            with self.app.producer_or_acquire() as producer:
                for lane in Lane:
                    if lane is Lane.NIGHTLY and not self.gate():
                        continue
                    room = self._room(producer, lane)
                    seen = min(seen, self.now()) if unnoted else self.now()
                    for work in self._due(lane, room, resend_after):
                        with self.telemetry.doing(Act.SENDING, document=work.document):
                            send(self.app, work, producer, self.telemetry.message())
                        count += 1
                        unnoted.append(work)
                        if len(unnoted) == _NOTED_AT_ONCE:
                            self.ledger.sent(unnoted, seen)
                            unnoted = []
        except FAULTS as error:
            raise BrokerUnavailable from error
        finally:
            if unnoted:
                self.ledger.sent(unnoted, seen)
        return count

    def recover(self) -> int:
        """Give back the work of processes of this machine that are certainly dead.

        Returns:
            How many pieces of work were given back.
        """
        orphans = self.ledger.release_orphans(may_live)
        if orphans:
            _log.warning("orphans-released", count=orphans)
        return orphans

    def revive(self) -> int:
        """Fill anew what queues were found to be shadows; return how many messages that took.

        Raises:
            BrokerUnavailable: As for `deliver`.
            LedgerUnavailable: As for `deliver`.
        """
        if is_spool(self.settings.broker) or not self._reviver.revive():
            return 0
        return self.deliver(timedelta(0))

    def run(self, stopped: Callable[[], bool], beat: Callable[[], object]) -> None:
        """Deliver and recover until told to stop, giving a sign of life at each round. An outage is waited out."""
        while not stopped():
            beat()
            try:
                self.recover()
                # Before anything else is asked of queues: what is sent into the shadow of one may fail for ever.
                self.revive()
                self.deliver()
                if is_spool(self.settings.broker):
                    clear_taken(self.settings.broker)
            except Interrupted as error:
                _log.warning("courier-waits", code=error.code)
            time.sleep(self.settings.courier_seconds)

    def _due(self, lane: Lane, room: int, resend_after: timedelta | None) -> Sequence[Work]:
        if room == 0:
            return ()
        lost_after = timedelta(seconds=self.settings.resend_seconds) if resend_after is None else resend_after
        return self.ledger.due(room, lost_after, lane, self.settings.most_sent_per_feeder)

    def _room(self, producer: Producer, lane: Lane) -> int:
        if is_spool(self.settings.broker):
            return max(0, room_in_spool(self.settings.broker, lane))
        return room_in_queue(self.app, producer, lane)
