"""Ways to chain the audit trail on PostgreSQL: events a second from many writers, and CPU an event, beside none."""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from threading import Event as Signal
from typing import Final

from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection, Engine, text

from documents.action import Action
from documents.actor import Actor
from documents.document import DocumentId
from documents.errors import LedgerUnavailable
from documents.event import Event
from storage.audit.anchoring import anchor
from storage.audit.entry import mac_of
from storage.audit.verifying import verify
from storage.ledger.migration import migrate
from storage.ledger.sql import SqlLedger, open_ledger
from storage.objects.memory import MemoryObjects
from tests.services.postgresql import Postgresql, running_postgresql

_KEY: Final = bytes(32)
#: Events of one document on its way: receipt and five moves.
_A_DOCUMENT: Final = 6
#: How much faster than under a lock ours must be, and most milliseconds of CPU that it may add to a document.
_LEAST_RATIO: Final = 1.5
_MOST_MS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How fast events were written."""

    per_second: float
    #: CPU of the client, in milliseconds an event.
    cpu_ms: float


def main(argv: Sequence[str]) -> int:
    """Measure each way, interleaved; print the figures."""
    parser = argparse.ArgumentParser(prog="bench audit", description=__doc__)
    parser.add_argument("--events", type=int, default=400, help="events of each writer in each run")
    parser.add_argument("--writers", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args(argv)
    ways: dict[str, Callable[[Postgresql, int, int], Rate]] = {
        "no chain": _unchained,
        "scribes, links by a timer": _ours,
        "chained under a lock at each event": _locked,
    }
    found: dict[str, list[Rate]] = {way: [] for way in ways}
    with running_postgresql() as server:
        for _ in range(asked.rounds):
            for way, run in ways.items():
                found[way].append(run(server, asked.writers, asked.events))
        verified = _verifying(server)
    rates = {way: _middle(runs) for way, runs in found.items()}
    table = Table("way", "events/s", "CPU ms an event", title=f"{asked.writers} writers")
    for way, rate in rates.items():
        table.add_row(way, f"{rate.per_second:.0f}", f"{rate.cpu_ms:.3f}")
    Console(width=100).print(table)
    none, ours, locked = rates.values()
    added = (ours.cpu_ms - none.cpu_ms) * _A_DOCUMENT
    ratio = ours.per_second / locked.per_second
    figures = {
        "share_of_unchained": round(ours.per_second / none.per_second, 3),
        "share_of_unchained_under_a_lock": round(locked.per_second / none.per_second, 3),
        "cpu_ms_added_a_document": round(added, 3),
        "verified_per_second": round(verified),
        "met": ratio >= _LEAST_RATIO and added <= _MOST_MS,
    }
    print(json.dumps(figures))
    return 0 if figures["met"] else 1


def _unchained(server: Postgresql, writers: int, events: int) -> Rate:
    with server.database() as url:
        migrate(url)
        return _timed(lambda: open_ledger(url, _now), writers, events, _record)


def _ours(server: Postgresql, writers: int, events: int) -> Rate:
    """Write with proofs, while a caretaker chains far more often than in life."""
    with server.database() as url, ThreadPoolExecutor(1) as pool:
        migrate(url)
        ended = Signal()
        chaining = pool.submit(_chain_until, open_ledger(url, _now), ended)
        try:
            return _timed(lambda: open_ledger(url, _now, lambda: _KEY), writers, events, _record)
        finally:
            ended.set()
            chaining.result()


def _locked(server: Postgresql, writers: int, events: int) -> Rate:
    """Write as a chain would that is made at each event: whoever is next waits for the one before to be durable."""
    with server.database() as url:
        migrate(url)
        return _timed(lambda: open_ledger(url, _now), writers, events, _record_under_a_lock)


def _timed(opened: Callable[[], SqlLedger], writers: int, events: int, write: Callable[[SqlLedger, int], None]) -> Rate:
    ledgers = [opened() for _ in range(writers)]
    for ledger in ledgers:
        write(ledger, 1)
    started, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(lambda ledger: write(ledger, events), ledgers))
    elapsed, used = time.perf_counter() - started, time.process_time() - cpu
    for ledger in ledgers:
        ledger.close()
    return Rate(per_second=writers * events / elapsed, cpu_ms=used * 1000 / (writers * events))


def _record(ledger: SqlLedger, events: int) -> None:
    for _ in range(events):
        ledger.record(_event())


def _record_under_a_lock(ledger: SqlLedger, events: int) -> None:
    engine: Engine = ledger._engine  # noqa: SLF001  the same connections, another way to use them
    for _ in range(events):
        with engine.begin() as connection:
            _extend(connection)


def _extend(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
    last = connection.execute(text("SELECT mac FROM events ORDER BY id DESC LIMIT 1")).scalar() or _KEY
    event = _event()
    row = {"actor": event.actor.identity, "document": event.document, "mac": mac_of(bytes(last), _KEY)}
    connection.execute(
        text(
            "INSERT INTO events (at, actor, action, document, detail, mac) "
            "VALUES (0, :actor, 'moved', :document, 'read', :mac)"
        ),
        row,
    )


def _chain_until(ledger: SqlLedger, ended: Signal) -> None:
    while not ended.wait(0.5):
        with suppress(LedgerUnavailable):
            ledger.chain()
    ledger.close()


def _verifying(server: Postgresql) -> float:
    """Return how many events are verified in a second."""
    with server.database() as url:
        migrate(url)
        ledger = open_ledger(url, _now, lambda: _KEY)
        _record(ledger, 3000)
        objects = MemoryObjects()
        anchor(ledger, objects, _KEY, _now())
        started = time.perf_counter()
        found = verify(ledger, objects, _KEY)
        assert not found.faults  # noqa: S101  a figure of what fails is none
        ledger.close()
        return found.entries / (time.perf_counter() - started)


def _event() -> Event:
    actor = Actor.worker("host/1/1")
    return Event(at=_now(), actor=actor, action=Action.MOVED, document=DocumentId("ab" * 16), detail="read")


def _middle(runs: Sequence[Rate]) -> Rate:
    return Rate(per_second=median(r.per_second for r in runs), cpu_ms=median(r.cpu_ms for r in runs))


def _now() -> datetime:
    return datetime.now(UTC)
