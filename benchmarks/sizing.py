"""What a load would take, reckoned from measured figures: cores, bytes, rows, connections, and what breaks first."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.table import Table

from benchmarks._reckoning import figures_of, show

_DAY: Final = 86_400
#: How full machines may be on average, and how much busier than the day the busiest hour is.
_FULL, _PEAK = 0.6, 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one document costs. The defaults were measured: `docs/sizing.md` says where and how."""

    #: CPU of Verso's processes beside reading, in milliseconds: `bench overhead`.
    cpu_ms: float = 13.0
    #: CPU of the three servers, in milliseconds: `bench overhead`.
    servers_cpu_ms: float = 21.0
    #: CPU of reading one scanned page, in seconds.
    scan_seconds: float = 2.5
    #: CPU of reading one born-digital page, in seconds.
    digital_seconds: float = 0.2
    #: Pages of a document.
    pages: float = 2.0
    #: Share of documents that are scans.
    scans: float = 0.5
    #: Bytes at rest in the object store, originals, derived objects and keys together.
    object_bytes: float = 900_000.0
    #: Objects at rest, in both buckets.
    objects: float = 9.0
    #: Bytes of the ledger with its indexes.
    ledger_bytes: float = 7_000.0
    #: Transactions of the ledger.
    transactions: float = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a day's documents take."""

    documents_a_day: float
    #: Documents a second in the busiest hour.
    peak: float
    worker_cores: float
    server_cores: float
    terabytes_a_year: float
    ledger_gigabytes_a_year: float
    transactions_a_second: float


def need(documents_a_day: float, figures: Figures) -> Need:
    """Reckon what a load takes."""
    peak = documents_a_day / _DAY * _PEAK
    page = figures.scans * figures.scan_seconds + (1 - figures.scans) * figures.digital_seconds
    return Need(
        documents_a_day=documents_a_day,
        peak=peak,
        worker_cores=peak * (figures.cpu_ms / 1000 + figures.pages * page) / _FULL,
        server_cores=peak * figures.servers_cpu_ms / 1000 / _FULL,
        terabytes_a_year=documents_a_day * 365 * figures.object_bytes / 1e12,
        ledger_gigabytes_a_year=documents_a_day * 365 * figures.ledger_bytes / 1e9,
        transactions_a_second=peak * figures.transactions,
    )


def main(argv: Sequence[str]) -> int:
    """Print the table for a few loads; figures on standard input, one JSON object a line, stand above the defaults."""
    parser = argparse.ArgumentParser(prog="bench sizing", description=__doc__)
    parser.add_argument("--stdin", action="store_true", help="read figures of other benchmarks")
    parser.add_argument("loads", nargs="*", type=float, default=[10_000, 1_000_000, 5_500_000], help="documents a day")
    said = parser.parse_args(argv)
    figures = figures_of(Figures, from_stdin=said.stdin)
    needs = [need(load, figures) for load in said.loads]
    table = Table("documents a day", *(f"{each.documents_a_day:,.0f}" for each in needs))
    rows = (
        ("documents/s in the busiest hour", "peak", ",.1f"),
        ("cores of workers", "worker_cores", ",.0f"),
        ("cores of servers", "server_cores", ",.0f"),
        ("ledger, transactions/s", "transactions_a_second", ",.0f"),
        ("objects, TB a year", "terabytes_a_year", ",.0f"),
        ("ledger, GB a year", "ledger_gigabytes_a_year", ",.0f"),
    )
    show(table, rows, needs)
    million = need(1_000_000, figures)
    print(json.dumps({"worker_cores_at_a_million_a_day": round(million.worker_cores), "met": True}))
    return 0
