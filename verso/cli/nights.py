"""The family `nights`: what insurers handed over, what became of it, what is wrong, and the gate by hand."""

import getpass
from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Table

from documents.errors import UnknownNight
from documents.night import Night
from pipelines.reimbursing.alarming import Alarm, alarms, facts_of
from storage.holdings.interface import NIGHTS
from storage.ledger.interface import Ledger
from verso.bootstrap import build_holdings, build_ledger, now, prepare
from verso.cli.exits import Exit
from verso.cli.terminal import terminal
from verso.settings import Settings, load_settings

app = typer.Typer(help="The nights of insurers.", no_args_is_help=True)

_Insurer = Annotated[str, typer.Argument(help="Name of the feeder.")]


def add_to(verbs: typer.Typer) -> None:
    """Add this family's verbs."""
    verbs.add_typer(app, name="nights")


@app.command("list")
def list_nights(
    insurer: Annotated[
        str | None, typer.Argument(help="Name of the feeder; all of VERSO_INSURERS when left out.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 10,
) -> None:
    """List nights, the highest number first, and say what is wrong. Ends with 1 when something is."""
    settings, ledger = _opened()
    insurers = settings.insurers if insurer is None else (insurer,)
    table = Table(
        "insurer", "night", "kind", "stage", "code", "received", "lines", "accepted", "duplicates", "rejected"
    )
    for name in insurers:
        for night in ledger.nights.nights(name, limit):
            table.add_row(*_row(night))
    console = terminal()
    console.print(table)
    found = [alarm for name in insurers for alarm in alarms(facts_of(name, ledger), settings.expected, now())]
    for alarm in found:
        console.print(_sentence(alarm), style="red", highlight=False)
    raise typer.Exit(Exit.FINDINGS if found else Exit.DONE)


@app.command()
def show(insurer: _Insurer, number: Annotated[int, typer.Argument(help="Number of the night.")]) -> None:
    """Show what became of a night, by file and section, and of its patients. Counts and codes only."""
    _, ledger = _opened()
    night = ledger.nights.night(insurer, number)
    if night is None:
        raise UnknownNight(f"{insurer} {number}")
    console = terminal()
    facts = Table(show_header=False, box=None)
    for name in ("stage", "code", "full", "day", "document", "lines", "patients", "received_at", "changed_at"):
        value = getattr(night, name)
        if value is not None:
            facts.add_row(name, str(value))
    console.print(facts)
    if night.reconciliation is None:
        return
    lines = Table("file", "section", "lines", "accepted", "duplicates", "rejected", title="Lines")
    for one in night.reconciliation.files:
        tally = one.tally
        cells = (tally.lines, tally.accepted, tally.duplicates, tally.rejected)
        lines.add_row(str(one.file), one.section or "", *map(str, cells))
    console.print(lines)
    became = night.reconciliation.patients
    console.print(
        f"patients: {became.new} new, {became.changed} changed, {became.unchanged} unchanged, {became.unknown} unknown"
    )
    unkept = ledger.nights.unkept(insurer, number)
    if unkept:
        console.print(f"of {unkept} of them, whose record is erased, nothing was kept; their insurer is not told")
    if not night.reconciliation.balances:
        console.print("lines do not add up", style="red")
        raise typer.Exit(Exit.FINDINGS)


@app.command("open")
def open_gate(
    minutes: Annotated[int, typer.Option(min=1, max=1440, help="How long.")] = 60,
    *,
    who: Annotated[str, typer.Option(help="Your login.", default_factory=getpass.getuser)],
) -> None:
    """Let nights be applied outside of their window, for a while. Ends with 1 where somebody else holds the gate."""
    settings, _ = _opened()
    taken = build_holdings(settings).take(NIGHTS, _hand(who), timedelta(minutes=minutes))
    terminal().print(f"open for {minutes} minutes" if taken else "somebody else holds it open")
    raise typer.Exit(Exit.DONE if taken else Exit.FINDINGS)


@app.command("shut")
def shut_gate(
    who: Annotated[str, typer.Option(help="Your login, as when you opened it.", default_factory=getpass.getuser)],
) -> None:
    """Shut what you opened. What is at hand is finished."""
    settings, _ = _opened()
    build_holdings(settings).give_back(NIGHTS, _hand(who))


def _opened() -> tuple[Settings, Ledger]:
    settings = load_settings()
    prepare(settings)
    return settings, build_ledger(settings)


def _hand(who: str) -> str:
    return f"operator:{who}"


def _row(night: Night) -> tuple[str, ...]:
    total = night.reconciliation.total if night.reconciliation else None
    counts = ("", "", "") if total is None else (total.accepted, total.duplicates, total.rejected)
    return (
        night.insurer,
        str(night.number),
        "full" if night.full else "delta",
        night.stage,
        night.code or "",
        night.received_at.isoformat(timespec="seconds"),
        str(night.lines),
        *map(str, counts),
    )


def _sentence(alarm: Alarm) -> str:
    which = f" night {alarm.night}" if alarm.night is not None else ""
    why = f" ({alarm.code})" if alarm.code else ""
    return f"{alarm.insurer}{which}: {alarm.alarm}{why} since {alarm.since.isoformat(timespec='seconds')}"
