"""The verb `health`: whether work is moving, for people, for scripts and for containers."""

import socket
from datetime import timedelta
from typing import Annotated

import typer

from verso.bootstrap import build_ledger, now
from verso.cli.exits import Exit
from verso.cli.terminal import terminal
from verso.health import Process, ailments, silence
from verso.settings import load_settings
from workers.showing import limits_of


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command()(health)


def health(
    process: Annotated[
        Process | None, typer.Argument(help="Ask only whether such a process of this host gives signs of life.")
    ] = None,
    stuck: Annotated[
        float | None, typer.Option(min=1, help="Seconds without getting on that count; else VERSO_HEALTH_SECONDS.")
    ] = None,
) -> None:
    """Say whether work is moving: who is silent, what is stuck, since when. Ends with 1 when something is wrong."""
    settings = load_settings() if stuck is None else load_settings(health_seconds=stuck)
    ledger = build_ledger(settings)
    if process is None:
        found = ailments(ledger, now(), limits_of(settings))
    else:
        found = [*silence(process, ledger.pulses(), now(), socket.gethostname())]
    console = terminal()
    for ailment in found:
        lasts = "" if ailment.seconds is None else f"  for {timedelta(seconds=ailment.seconds)}"
        console.print(f"{ailment.ailing}  {ailment.subject}{lasts}", style="red", highlight=False)
    if not found:
        console.print("Work is moving." if process is None else f"The {process} of this host is alive.")
    raise typer.Exit(Exit.FINDINGS if found else Exit.DONE)
