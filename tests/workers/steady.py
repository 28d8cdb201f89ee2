"""A worker whose every task notes its beginning and its end: run as a program by the tests, with a broker's URL.

With a ledger's URL it never hears that the broker cancelled it, and looks for itself.
"""

import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, cast

from documents.work import Work
from storage.ledger.sql import open_ledger
from verso.settings import Settings
from verso.telemetry.interface import SILENT, Telemetry
from workers.app import MOST_MEMORY, make_app
from workers.listening import keep_listening
from workers.performing import Performer
from workers.rabbitmq import Channel
from workers.tasks import register

#: Name of the file that lets it finish.
GO: Final = "go"
#: Name of the file that lets it take more memory than a worker's process may have taken.
GROW: Final = "grow"


@dataclass
class Steady:
    """Takes as long for a piece of work as the test wants."""

    folder: Path
    telemetry: Telemetry = SILENT

    def perform(self, work: Work) -> bool:
        """Say that it began, wait for the test's word, say that it ended."""
        if (self.folder / GROW).exists():
            bytearray(MOST_MEMORY * 1024)
        (self.folder / f"{work.document}.{os.getpid()}.begun").touch()
        while not (self.folder / GO).exists():
            time.sleep(0.05)
        (self.folder / f"{work.document}.{os.getpid()}.ended").touch()
        return True


if __name__ == "__main__":
    broker, folder, *ledgers = sys.argv[1:]
    app = make_app(Settings(broker_url=broker, slots=2))  # type: ignore[arg-type]
    register(app, lambda: cast("Performer", Steady(Path(folder))))
    for url in ledgers:
        Channel._on_basic_cancel = lambda *_: None
        unheard = open_ledger(url, lambda: datetime.now(UTC)).unheard
        keep_listening(app, lambda: unheard(timedelta(seconds=1)), every=1.0)  # noqa: B023  there is one at most
    app.worker_main(["--quiet", "worker", "--pool=prefork", "--without-gossip", "--without-mingle"])
