"""Many processes on one ledger, some of them killed in the middle: everything is done once, nothing is left over."""

import multiprocessing
import random
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess

import pytest

from documents.action import Action
from documents.actor import Actor
from documents.document import Document
from documents.errors import LeaseLost
from documents.event import Event
from documents.role import Role
from documents.stage import Stage
from documents.work import Claim, Part, Work
from storage.ledger.interface import Ledger
from storage.ledger.sql import open_ledger
from tests.contracts.ledger_making import Clock, admitted, received, sealed

DOCUMENTS = 24
PARTS = [Part(number=number, first=number + 1, last=number + 1) for number in range(3)]
LEASE = timedelta(seconds=1)
RESEND = timedelta(seconds=1)
NEXT = {
    Stage.INSPECTED: Stage.READ,
    Stage.READ: Stage.IDENTIFIED,
    Stage.IDENTIFIED: Stage.CLASSIFIED,
    Stage.CLASSIFIED: Stage.STORED,
}


def now() -> datetime:
    """Tell the real time: leases of killed processes have to lapse."""
    return datetime.now(UTC)


def work_for_ever(url: str, owner: str) -> None:
    """Do whatever is due, as a worker would, until killed."""
    ledger = open_ledger(url, now)
    chance = random.Random(owner)
    while True:
        seen = now()
        works = list(ledger.due(8, RESEND))
        ledger.sent(works[:4], seen)
        chance.shuffle(works)
        for work in works:
            try_to_do(ledger, work, owner)
        time.sleep(0.01)


def try_to_do(ledger: Ledger, work: Work, owner: str) -> None:
    """Do a piece of work if nobody else does."""
    claim = ledger.claim(work, owner, LEASE)
    if claim is None:
        return
    try:
        do(ledger, claim)
    except LeaseLost:
        return


def do(ledger: Ledger, claim: Claim) -> None:
    """Read a part, or take a document as far as it goes."""
    if claim.part is not None:
        ledger.part_done(claim, [sealed(Role.PAGES, claim.part.number)], 1.0)
        return
    document = ledger.document(claim.work.document)
    if document.stage is Stage.RECEIVED:
        document = moved(ledger, claim, document, Stage.INSPECTED)
    if document.stage is Stage.INSPECTED and not document.parts(Role.PAGES):
        ledger.fan_out(claim, document, PARTS)
        return
    while document.stage in NEXT:
        document = moved(ledger, claim, document, NEXT[document.stage])


def moved(ledger: Ledger, claim: Claim, document: Document, stage: Stage) -> Document:
    """Take one step, and say in the trail which one."""
    event = Event(at=now(), actor=Actor.worker(claim.owner), action=Action.MOVED, document=document.id, detail=stage)
    return ledger.move(claim, document, replace(document, stage=stage), event)


@pytest.fixture
def clock() -> Clock:
    """Give the clock of the test itself."""
    return Clock(now())


def test_processes_that_are_killed_lose_and_double_nothing(url: str, clock: Clock) -> None:
    """P1, P15: of 24 documents and 72 parts under six workers and a dozen kills, each step is on record once."""
    ledger = open_ledger(url, now)
    documents = [admitted(ledger, received(clock)) for _ in range(DOCUMENTS)]
    workers = [started(url, f"w{number}") for number in range(6)]
    chance = random.Random(6)
    for kill in range(12):
        time.sleep(0.15)
        victim = chance.randrange(len(workers))
        stop(workers[victim])
        workers[victim] = started(url, f"w{victim}-{kill}")
    wait_until_stored(ledger)
    for worker in workers:
        stop(worker)
    for document in documents:
        found = ledger.document(document.id)
        steps = Counter(event.detail for event in ledger.events(document.id) if event.action == "moved")
        assert steps == dict.fromkeys((Stage.INSPECTED, *NEXT.values()), 1)
        assert found.parts(Role.PAGES) == tuple(sealed(Role.PAGES, part.number) for part in PARTS)
        assert found.seconds == len(PARTS)
    assert not ledger.due(1, timedelta(0))
    ledger.close()


def wait_until_stored(ledger: Ledger) -> None:
    """Wait for the living to finish what the dead have left."""
    deadline = time.monotonic() + 150
    while ledger.counts()[Stage.STORED] < DOCUMENTS:
        assert time.monotonic() < deadline, dict(ledger.counts())
        time.sleep(0.1)


def started(url: str, owner: str) -> BaseProcess:
    """Start a worker."""
    process = multiprocessing.get_context("fork").Process(target=work_for_ever, args=(url, owner), daemon=True)
    process.start()
    return process


def stop(worker: BaseProcess) -> None:
    """Kill a worker wherever it stands."""
    worker.kill()
    worker.join()
