"""A worker whose every task takes too long: run by the tests with a broker's URL, a ledger's file and a time limit."""

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

from documents.work import Work
from storage.ledger.interface import Ledger
from storage.ledger.sql import open_ledger
from verso.settings import Settings
from verso.telemetry.interface import SILENT, Telemetry
from workers.app import make_app
from workers.owner import this_owner
from workers.performing import Performer
from workers.tasks import register


@dataclass
class Overlong:
    """Claims work and never gets on with it."""

    ledger: Ledger
    telemetry: Telemetry = SILENT

    def perform(self, work: Work) -> bool:
        """Hold the work until killed."""
        self.ledger.claim(work, this_owner(), timedelta(hours=1))
        time.sleep(3600)
        return True


if __name__ == "__main__":
    broker, ledger, limit = sys.argv[1:]
    app = make_app(Settings(broker_url=broker, slots=1))  # type: ignore[arg-type]
    app.conf.task_time_limit = int(limit)
    overlong = Overlong(open_ledger(f"sqlite:///{ledger}", lambda: datetime.now(UTC)))
    register(app, lambda: cast("Performer", overlong))
    app.worker_main(["--quiet", "worker", "--pool=prefork", "--without-gossip", "--without-mingle"])
