"""The verb `doctor`: says in one go what is well and what is not, before anything is changed."""

import dataclasses
import json
from typing import Annotated

import typer
from rich.table import Table

from verso.checkup import Verdict, check_up
from verso.cli.exits import Exit
from verso.cli.terminal import terminal
from verso.settings import load_settings

_STYLES = {Verdict.FINE: "green", Verdict.WARNING: "yellow", Verdict.BROKEN: "red"}


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command()(doctor)


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Look at everything that Verso needs: settings, ledger, broker, stores, keys, disks, clock, inboxes, engines."""
    results = []
    for result in check_up(load_settings()):
        results.append(result)
        if as_json:
            typer.echo(json.dumps(dataclasses.asdict(result)))
    if not as_json:
        table = Table("what", "is", "says")
        for result in results:
            table.add_row(result.name, result.verdict, result.says, style=_STYLES[result.verdict])
        terminal().print(table)
    broken = any(result.verdict is Verdict.BROKEN for result in results)
    raise typer.Exit(Exit.FINDINGS if broken else Exit.DONE)
