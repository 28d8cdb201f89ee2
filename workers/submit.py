"""The one door to the workers: takes an arrival in and sees that its work is sent."""

from dataclasses import dataclass

import structlog

from documents.actor import Actor
from documents.arrival import Arrival
from documents.document import Document
from pipelines.correcting import correct
from pipelines.ingestion import ENTRANCE
from pipelines.receive import Receipt
from pipelines.services import Services
from pipelines.settling import Settlement, settle
from pipelines.split.joining import join
from verso.settings import Settings
from verso.telemetry.interface import SILENT, Act, Telemetry
from workers.app import make_app
from workers.courier import Courier
from workers.nightly import gate_of

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where documents are handed over, settled and sent back to work, by whichever door people use."""

    services: Services
    courier: Courier
    telemetry: Telemetry = SILENT

    def submit(self, arrival: Arrival) -> Receipt:
        """Receive an arrival: on return it rests sealed. Its work is sent at once if the broker takes it.

        Raises:
            TooLarge: See `pipelines.receive.receive`.
            Interrupted: Nothing was received; the feeder keeps its copy.
        """
        receipt = self.receive(arrival)
        self.hurry()
        return receipt

    def receive(self, arrival: Arrival) -> Receipt:
        """Do as `submit`, for one of many: its work is sent by the courier's next round, or by `hurry` after the last.

        Raises:
            TooLarge: See `pipelines.receive.receive`.
            Interrupted: Nothing was received; the feeder keeps its copy.
        """
        with self.telemetry.doing(Act.RECEIPT, arrival.feeder.kind) as doing:
            receipt = ENTRANCE(arrival, self.services)
            doing.outcome, doing.document = "new" if receipt.new else "known", receipt.document.id
        _log.info("received", document=receipt.document.id, feeder=arrival.feeder.name, batch=arrival.batch)
        return receipt

    def settle(self, document: Document, settlement: Settlement) -> Document:
        """Put a document in review back to work with a person's decision: see `pipelines.settling.settle`."""
        after = settle(document, settlement, self.services)
        self.hurry()
        return after

    def correct(self, document: Document, settlement: Settlement, why: str) -> Document:
        """File a document anew with what a person corrects: see `pipelines.correcting.correct`."""
        after = correct(document, settlement, why, self.services)
        self.hurry()
        return after

    def join(self, document: Document, by: Actor) -> Document:
        """Make one document of a split stack again: see `pipelines.split.joining.join`."""
        after = join(document, by, self.services)
        self.hurry()
        return after

    def hurry(self) -> None:
        """Send what is due now rather than at the courier's next round, which comes anyway."""
        self.courier.hurry()


def open_counter(services: Services, settings: Settings, telemetry: Telemetry = SILENT) -> Counter:
    """Build the door for a process that hands documents over."""
    courier = Courier(
        app=make_app(settings),
        ledger=services.ledger,
        settings=settings,
        now=services.now,
        telemetry=telemetry,
        gate=gate_of(settings),
    )
    return Counter(services=services, courier=courier, telemetry=telemetry)
