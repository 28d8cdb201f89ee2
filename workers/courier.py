"""The courier: carries what the ledger says is due to the broker, again and again until it is done (P17, P24)."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from documents.errors import BrokerUnavailable, Interrupted
from storage.ledger.interface import Ledger
from verso.settings import Settings
from workers.owner import may_live
from workers.spool import clear_taken, is_spool, room_in_spool
from workers.tasks import send

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Sends messages for due work. The ledger is the truth: a message lost on the way is sent again."""

    app: Celery
    ledger: Ledger
    settings: Settings

    def deliver(self) -> int:
        """Send what is due, as much as the broker has room for.

        Returns:
            How many messages were sent.

        Raises:
            BrokerUnavailable: The broker took none; the work stays due.
            LedgerUnavailable: The ledger did not answer.
        """
        try:
            due = self.ledger.due(self._room(), timedelta(seconds=self.settings.resend_seconds))
            for work in due:
                send(self.app, work)
        except (OperationalError, OSError) as error:
            raise BrokerUnavailable from error
        if due:
            self.ledger.sent(due)
        return len(due)

    def recover(self) -> int:
        """Give back the work of processes of this machine that are certainly dead.

        Returns:
            How many pieces of work were given back.
        """
        orphans = self.ledger.release_orphans(may_live)
        if orphans:
            _log.warning("orphans-released", count=orphans)
        return orphans

    def run(self, stopped: Callable[[], bool]) -> None:
        """Deliver and recover until told to stop. An outage is waited out."""
        while not stopped():
            try:
                self.recover()
                self.deliver()
                if is_spool(self.settings.broker):
                    clear_taken(self.settings.broker)
            except Interrupted as error:
                _log.warning("courier-waits", code=error.code)
            time.sleep(self.settings.courier_seconds)

    def _room(self) -> int:
        return max(0, room_in_spool(self.settings.broker)) if is_spool(self.settings.broker) else 1000
