"""Forty million insured on paper: what their insurers' nights would take, reckoned from measured figures."""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.table import Table

from benchmarks._reckoning import figures_of, show

#: How full machines may be on average.
_FULL: Final = 0.6
_HOUR: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NightFigures:
    """What a night costs. `docs/sizing.md` says what was measured, where and how, and what is assumed."""

    #: Lines of care that the insurer holds of one patient for 24 months: all of them stand in a full night.
    lines_a_patient: float = 25.0
    #: Share of the patients whose history a night changes.
    changed: float = 0.05
    #: Lines of a delta for one patient whom it changes.
    lines_a_change: float = 2.0
    #: Lines a second that one core checks, shares out and merges of a night in which nothing changed.
    lines_a_second: float = 131_000.0
    #: CPU of publishing one edition, in milliseconds, with stores and ledger in memory and in a file.
    publish_ms: float = 14.0
    #: CPU of one call to an object store over HTTP, in milliseconds.
    call_ms: float = 1.0
    #: Calls to the two object stores for one edition.
    calls: float = 31.0
    #: Time of one call, in milliseconds: what a slot waits for.
    call_wait_ms: float = 10.0
    #: Objects at rest of one edition: envelopes and its wrapped key.
    objects: float = 10.0
    #: Bytes at rest of one edition, at forty acts.
    object_bytes: float = 85_000.0
    #: Bytes of the ledger of one edition, with its indexes.
    ledger_bytes: float = 4_000.0
    #: Bytes of the ledger of one patient of an insurer: where their care stands.
    standing_bytes: float = 850.0
    #: Transactions of the ledger for one edition.
    transactions: float = 4.0
    #: Hours of the window.
    window_hours: float = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """What the nights of so many patients take."""

    patients: float
    lines: float
    editions: float
    #: Hours on one core: of its lines, and of its editions.
    line_hours: float
    edition_hours: float
    #: Cores that do it within the window, and slots that wait for the stores meanwhile.
    cores: float
    slots: float
    calls_a_second: float
    transactions_a_second: float
    #: Of a year of such nights.
    objects_a_year: float
    terabytes_a_year: float
    ledger_gigabytes: float
    ledger_gigabytes_a_year: float


def country(patients: float, figures: NightFigures, *, full: bool) -> Country:
    """Reckon what the nights of so many patients take, all of them full or all of them deltas.

    lines         = patients x (lines_a_patient | changed x lines_a_change)
    editions      = patients x changed
    line_hours    = lines / lines_a_second
    edition_hours = editions x (publish_ms + calls x call_ms)
    cores         = (line_hours + edition_hours) / window_hours / 60 %
    slots         = editions x (publish_ms + calls x call_wait_ms) / window_hours
    """
    editions = patients * figures.changed
    lines = patients * figures.lines_a_patient if full else editions * figures.lines_a_change
    seconds = figures.window_hours * _HOUR
    line_seconds = lines / figures.lines_a_second
    edition_seconds = editions * (figures.publish_ms + figures.calls * figures.call_ms) / 1000
    return Country(
        patients=patients,
        lines=lines,
        editions=editions,
        line_hours=line_seconds / _HOUR,
        edition_hours=edition_seconds / _HOUR,
        cores=(line_seconds + edition_seconds) / seconds / _FULL,
        slots=editions * (figures.publish_ms + figures.calls * figures.call_wait_ms) / 1000 / seconds,
        calls_a_second=editions * figures.calls / seconds,
        transactions_a_second=editions * figures.transactions / seconds,
        objects_a_year=editions * figures.objects * 365,
        terabytes_a_year=editions * figures.object_bytes * 365 / 1e12,
        ledger_gigabytes=patients * figures.standing_bytes / 1e9,
        ledger_gigabytes_a_year=editions * figures.ledger_bytes * 365 / 1e9,
    )


def main(argv: Sequence[str]) -> int:
    """Print the table; figures on standard input, one JSON object a line, stand above the defaults."""
    parser = argparse.ArgumentParser(prog="bench country", description=__doc__)
    parser.add_argument("--stdin", action="store_true", help="read figures of other benchmarks")
    parser.add_argument("--patients", type=float, default=40e6)
    said = parser.parse_args(argv)
    figures = figures_of(NightFigures, from_stdin=said.stdin)
    needs = [country(said.patients, figures, full=full) for full in (True, False)]
    table = Table(f"{said.patients:,.0f} patients", "full nights", "deltas")
    rows = (
        ("lines a night", "lines", ",.0f"),
        ("editions a night", "editions", ",.0f"),
        ("hours on one core, lines", "line_hours", ",.1f"),
        ("hours on one core, editions", "edition_hours", ",.1f"),
        (f"cores for {figures.window_hours:.0f} hours", "cores", ",.0f"),
        ("slots that wait for stores", "slots", ",.0f"),
        ("calls to object stores/s", "calls_a_second", ",.0f"),
        ("ledger, transactions/s", "transactions_a_second", ",.0f"),
        ("objects a year", "objects_a_year", ",.0f"),
        ("objects, TB a year", "terabytes_a_year", ",.0f"),
        ("ledger, standings, GB", "ledger_gigabytes", ",.0f"),
        ("ledger, editions, GB a year", "ledger_gigabytes_a_year", ",.0f"),
    )
    show(table, rows, needs)
    print(json.dumps({"cores_of_full_nights": round(needs[0].cores), "met": True}))
    return 0
