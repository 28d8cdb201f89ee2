"""Runs one soak and prints its table: `./run soak --minutes 20 --seed 7`."""

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from benchmarks.soak.soaking import Order, Outcome, soak


def main(argv: Sequence[str]) -> int:
    """Soak, print the table and the figures, and end with 0 when every promise was kept."""
    parser = argparse.ArgumentParser(prog="run soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0, help="for how long faults happen")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same papers and faults")
    parser.add_argument("--documents", type=int, help="papers handed over meanwhile; by default 100 a minute")
    parser.add_argument("--faults", type=int, help="by default 5.5 a minute")
    said = parser.parse_args(argv)
    order = Order(
        seed=said.seed,
        minutes=said.minutes,
        documents=said.documents or round(said.minutes * 100),
        faults=said.faults or round(said.minutes * 5.5),
        undisturbed=max(20, min(100, round(said.minutes * 5))),
    )
    signal.signal(signal.SIGTERM, _end)
    outcome = soak(order)
    _print(order, outcome)
    return 0 if outcome.met else 1


def _end(number: int, _frame: object) -> None:
    """Leave as on Ctrl-C: servers ended, the disk unmounted, the folder removed. Told again, it goes on."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def _print(order: Order, outcome: Outcome) -> None:
    verdict = outcome.verdict
    table = Table("", "", title=f"{outcome.handed} papers, {outcome.faults.total()} faults, seed {order.seed}")
    for name in (
        "acknowledged",
        "lost",
        "duplicated",
        "recovered",
        "unexpected",
        "stuck",
        "dead",
        "wrong",
        "plaintext",
    ):
        table.add_row(name, str(getattr(verdict, name)))
    table.add_row("documents", ", ".join(f"{count} {stage}" for stage, count in sorted(verdict.stages.items())))
    table.add_row("undisturbed", f"{outcome.rate:.2f} documents/s")
    table.add_row(
        "drain", f"{outcome.backlog} papers in {outcome.drain:.0f} s: {outcome.drain_ratio:.2f} x undisturbed"
    )
    # None seen in n is no proof of none at all: the rule of three, for 95 of 100 such soaks.
    table.add_row("bound", f"none in {outcome.handed} seen lost means fewer than {300 / outcome.handed:.2g} % are")
    table.add_row("ended by themselves", str(outcome.ended_by_themselves))
    table.add_row("faults", "\n".join(f"{count} {name}" for name, count in sorted(outcome.faults.items())))
    if outcome.impossible:
        table.add_row("not possible here", ", ".join(outcome.impossible))
    options = {
        "minutes": f"{order.minutes:g}",
        "seed": order.seed,
        "documents": order.documents,
        "faults": order.faults,
    }
    again = " ".join(["./run soak", *(f"--{name} {value}" for name, value in options.items())])
    table.add_row("plan", f"{outcome.plan[:16]}: the same papers and faults again by\n{again}")
    Console(width=120).print(table)
    figures = {
        "seed": order.seed,
        "minutes": order.minutes,
        "plan": outcome.plan,
        "papers": outcome.handed,
        "faults": outcome.faults.total(),
        **{name: value for name, value in asdict(verdict).items() if name != "suspects"},
        "suspects": list(verdict.suspects),
        "docs_per_second": round(outcome.rate, 2),
        "drain_seconds": round(outcome.drain, 1),
        "drain_ratio": round(outcome.drain_ratio, 2),
        "met": outcome.met,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
