"""The verb `health`: whether work is moving, for people, for scripts and for containers."""

import socket
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import typer

from documents.errors import LedgerUnavailable
from verso.bootstrap import build_ledger, now
from verso.cli.exits import Exit
from verso.cli.terminal import terminal
from verso.health import Ailing, Ailment, Process, ailments, idleness
from verso.settings import Settings, load_settings
from workers.owner import may_live
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
    *,
    liveness: Annotated[
        bool, typer.Option("--liveness", help="Wrong is only what another start would mend: nothing that is out.")
    ] = False,
) -> None:
    """Say whether work is moving: who is silent, what is stuck, since when. Ends with 1 when something is wrong."""
    settings = load_settings() if stuck is None else load_settings(health_seconds=stuck)
    found = _mendable(settings, process) if liveness else _found(settings, process)
    console = terminal()
    for ailment in found:
        lasts = "" if ailment.seconds is None else f"  for {timedelta(seconds=ailment.seconds)}"
        console.print(f"{ailment.ailing}  {ailment.subject}{lasts}", style="red", highlight=False)
    if not found:
        console.print("Work is moving." if process is None else f"The {process} of this host is alive.")
    raise typer.Exit(Exit.FINDINGS if found else Exit.DONE)


def _found(settings: Settings, process: Process | None) -> Sequence[Ailment]:
    ledger = build_ledger(settings)
    if process is None:
        return ailments(ledger, now(), limits_of(settings))
    # Of this host it is known who is certainly dead, however lately they gave a sign.
    pulses = [pulse for pulse in ledger.pulses() if may_live(pulse.owner)]
    return [*idleness(process, pulses, now(), socket.gethostname())]


def _mendable(settings: Settings, process: Process | None) -> Sequence[Ailment]:
    """Return what a supervisor mends by another start: one that met a service that is out would meet it again."""
    try:
        return [one for one in _found(settings, process) if one.ailing is not Ailing.PARKED]
    except LedgerUnavailable:
        return ()
