"""What a document costs the ledger when there are ten thousand others, and when there are a million: PostgreSQL."""

import argparse
import json
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import psycopg
from rich.console import Console
from rich.table import Table
from sqlalchemy import make_url

from documents.action import Action
from documents.actor import Actor
from documents.document import Document, DocumentId, SealedObject
from documents.event import Event
from documents.role import Role
from documents.stage import Stage
from documents.work import Work
from storage.ledger.interface import Ledger, Listing
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from tests.services.postgresql import running_postgresql

#: Most that a document may cost among the many, against what it costs among the few.
_MOST_RATIO: Final = 1.2
#: Longest that ninety-five of a hundred listings may take, in milliseconds.
_MOST_LISTING: Final = 50.0
_LEASE: Final = timedelta(seconds=60)
_ROAD: Final = (Stage.INSPECTED, Stage.READ, Stage.IDENTIFIED, Stage.CLASSIFIED, Stage.STORED)

#: Four hundred feeders, batches of two hundred, twenty documents a patient.
_FILLING: Final = (
    """INSERT INTO batches (feeder, id, opened_at)
    SELECT 'feeder-' || n % 400, 'b' || n, 0 FROM generate_series(0, {count} / 200) n""",
    """INSERT INTO documents (id, feeder, batch, stage, version, revision, size, received_at, changed_at, partial,
        patient, attempts, seconds, fence)
    SELECT md5(n::text), 'feeder-' || n / 200 % 400, 'b' || n / 200,
        CASE WHEN n % 50 = 0 THEN 'review' WHEN n % 97 = 0 THEN 'refused' ELSE 'stored' END, 6, 1, 40000,
        1700000000000000 + n::bigint * 1000000, 1700000000000000 + n::bigint * 1000000, false,
        md5((n / 20)::text) || md5((n / 20)::text), 0, 1.5, 1
    FROM generate_series(1, {count}) n""",
    """INSERT INTO objects (document, role, part, revision, size, digest)
    SELECT md5(n::text), 1, 0, 1, 40000, md5(n::text) || md5(n::text) FROM generate_series(1, {count}) n""",
    """INSERT INTO arrivals (feeder, batch, document, at, duplicate, sealed_name)
    SELECT feeder, batch, id, received_at, false, '' FROM documents""",
    """INSERT INTO events (at, actor, action, document, detail)
    SELECT received_at, 'worker:here', 'moved', id, 'stored' FROM documents""",
)


def main(argv: Sequence[str]) -> int:
    """Fill two databases of one server, work in both in turn, print what a document and a listing cost in each."""
    parser = argparse.ArgumentParser(prog="bench growth", description=__doc__)
    parser.add_argument("--few", type=int, default=10_000, help="rows of the small ledger")
    parser.add_argument("--many", type=int, default=1_000_000, help="rows of the large ledger")
    parser.add_argument("--documents", type=int, default=150, help="documents that are measured in each")
    said = parser.parse_args(argv)
    with ExitStack() as stack:
        server = stack.enter_context(running_postgresql())
        ledgers = []
        for count in (said.few, said.many):
            url = stack.enter_context(server.database())
            migrate(url)
            _fill(url, count)
            ledgers.append(open_ledger(url, lambda: datetime.now(UTC)))
        costs: list[list[float]] = [[], []]
        for _ in range(said.documents):
            for ledger, found in zip(ledgers, costs, strict=True):
                found.append(_timed(lambda ledger=ledger: _document(ledger)))  # type: ignore[misc]
        listings = [_listings(ledger) for ledger in ledgers]
        for ledger in ledgers:
            ledger.close()
    return _tell(said.few, said.many, costs, listings)


def _fill(url: str, count: int) -> None:
    place = make_url(url)
    with psycopg.connect(host=str(place.query["host"]), user="verso", dbname=place.database) as connection:
        for statement in _FILLING:
            connection.execute(statement.format(count=count).encode())
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")


def _document(ledger: Ledger) -> None:
    """Let one document enter, be sent, claimed, moved through every stage, and be looked at."""
    now = datetime.now(UTC)
    original = SealedObject(role=Role.ORIGINAL, revision=1, size=40_000, digest="0" * 64)
    document = Document(
        id=DocumentId(uuid.uuid4().hex),
        feeder="feeder-7",
        batch="tonight",
        stage=Stage.RECEIVED,
        size=40_000,
        received_at=now,
        changed_at=now,
        objects=(original,),
    )
    ledger.admit(document, _event(document, Action.RECEIVED))
    work = Work(document=document.id)
    ledger.sent(ledger.due(10, timedelta(seconds=300)), datetime.now(UTC))
    claim = ledger.claim(work, "here/1/1", _LEASE)
    if claim is None:
        raise RuntimeError(document.id)
    standing = ledger.document(document.id)
    for stage in _ROAD:
        event = _event(document, Action.MOVED, stage)
        standing = ledger.move(claim, standing, replace(standing, stage=stage), event)


def _event(document: Document, action: Action, detail: str = "") -> Event:
    return Event(
        at=document.received_at, actor=Actor.worker("here"), action=action, document=document.id, detail=detail
    )


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _listings(ledger: Ledger) -> list[float]:
    """Return how long each of many pages took, in milliseconds: of each filter, one after the other, by keyset."""
    found = []
    for listing in (
        Listing(),
        Listing(stage=Stage.REVIEW),
        Listing(feeder="feeder-7"),
        Listing(feeder="feeder-7", stage=Stage.REVIEW),
        Listing(batch="b40"),
    ):
        found += list(_pages(ledger, listing))
    return found


def _pages(ledger: Ledger, listing: Listing) -> Iterator[float]:
    for _ in range(20):
        started = time.perf_counter()
        page = ledger.list(listing)
        yield (time.perf_counter() - started) * 1000
        if not page:
            return
        listing = replace(listing, after=page[-1].id)


def _tell(few: int, many: int, costs: Sequence[Sequence[float]], listings: Sequence[Sequence[float]]) -> int:
    medians = [statistics.median(each) for each in costs]
    late = [statistics.quantiles(each, n=20)[-1] for each in listings]
    table = Table("rows", "a document, ms", "a listing, p95 ms")
    for count, median, listing in zip((few, many), medians, late, strict=True):
        table.add_row(f"{count:,}", f"{median:.1f}", f"{listing:.1f}")
    Console(width=100).print(table)
    ratio = medians[1] / medians[0]
    figures = {
        "rows": many,
        "document_ms": round(medians[1], 2),
        "document_ratio": round(ratio, 2),
        "listing_p95_ms": round(late[1], 1),
        "met": ratio <= _MOST_RATIO and late[1] < _MOST_LISTING,
    }
    print(json.dumps(figures))
    return 0 if figures["met"] else 1
