"""Reaching the broker: whether it answers, and how many messages it would take."""

from documents.errors import BrokerUnavailable
from documents.lane import Lane
from verso.settings import Settings
from workers.app import make_app
from workers.rabbitmq import FAULTS, room_in_queue
from workers.spool import is_spool, room_in_spool


def room_at_broker(settings: Settings) -> int:
    """Return how many more messages the broker takes before work waits in the ledger instead. Sends nothing.

    Raises:
        BrokerUnavailable: It does not answer, or refuses us.
    """
    app = make_app(settings)
    try:
        if is_spool(settings.broker):
            return sum(max(0, room_in_spool(settings.broker, lane)) for lane in Lane)
        with app.producer_or_acquire() as producer:
            return sum(room_in_queue(app, producer, lane) for lane in Lane)
    except FAULTS as error:
        raise BrokerUnavailable from error
