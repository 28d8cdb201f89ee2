"""Workers of nights, each in a process of its own, which may kill itself, as by SIGKILL, in the middle of anything."""

import json
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random

from documents.patient import TEST_AUTHORITIES
from pipelines.reimbursing.bounds import NightBounds
from pipelines.services import Services
from storage.archive import Archive
from storage.keys.keyfile import KeyFile
from storage.ledger.interface import Ledger
from storage.ledger.sql import open_ledger
from storage.objects.directory import DirectoryObjects
from storage.regroup import Buffer
from tests.fakes import plain_skills
from tests.world import Clock
from workers.performing import Performer
from workers.retrying import Patience


class ObjectsThatKill(DirectoryObjects):
    """Ends this process at its so-manieth write, just before or just after it."""

    def __init__(self, root: Path, left: int, *, before: bool) -> None:
        """Make a store that kills once so many writes are done; never, when the number is negative."""
        super().__init__(root)
        self._left = left
        self._before = before

    def put_stream(self, key: str, pieces: Iterable[Buffer]) -> bool:
        """Store bytes, or die."""
        self._left -= 1
        if self._left == 0 and self._before:
            os.kill(os.getpid(), signal.SIGKILL)
        stored = super().put_stream(key, pieces)
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return stored


def services_in(home: Path, ledger: Ledger, left: int = -1, *, before: bool = False) -> Services:
    """Return the services over what rests in a folder, by a clock that stands still."""
    return Services(
        skills=plain_skills(),
        archive=Archive(
            objects=ObjectsThatKill(home / "objects", left, before=before),
            keyring=DirectoryObjects(home / "keyring"),
            masters=KeyFile(home / "master.key"),
        ),
        ledger=ledger,
        now=Clock().now,
        largest_original=10**7,
        pages_per_part=4,
        nightly=NightBounds(authorities=TEST_AUTHORITIES, lines_per_run=20, lines_per_part=40, look_again=timedelta()),
    )


def live(home: Path, seed: int | None) -> None:
    """Do whatever is due, to the end or to a death that the seed draws."""
    rng = Random(seed)
    left, before = (rng.randint(2, 40), rng.random() < 0.5) if seed is not None else (-1, False)
    with closing(open_ledger(f"sqlite:///{home / 'ledger.db'}", Clock().now)) as ledger:
        performer = Performer(
            services=services_in(home, ledger, left, before=before),
            patience=Patience(most_attempts=3, most_claims=99, first=timedelta(), longest=timedelta()),
            owner="here/1/1",
            lease=timedelta(seconds=60),
        )
        # Whoever held work is dead: this is the only worker there is.
        ledger.release_orphans(lambda _owner: False)
        while due := ledger.due(100, timedelta(0)):
            for work in due:
                performer.perform(work)


def main(home: Path, seeds: Sequence[int | None]) -> None:
    """Let one worker after the other live, and print how each ended. This process does no work: they start as it is."""
    lives = [multiprocessing.get_context("fork").Process(target=live, args=(home, seed)) for seed in seeds]
    for life in lives:
        life.start()
        life.join()
    sys.stdout.write(f"\n{json.dumps([life.exitcode for life in lives])}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(seed) for seed in sys.argv[2:]] or [None])
