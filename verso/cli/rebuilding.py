"""The verb `rebuild`: makes a lost ledger anew from the bucket, the keyring and the master keys."""

from typing import Annotated

import typer
from rich.progress import Progress

from documents.actor import Actor
from documents.errors import WrongStage
from pipelines.rebuilding.rebuilder import Report, rebuild
from verso.bootstrap import build_services, prepare
from verso.cli.exits import Exit
from verso.cli.terminal import errors_terminal, terminal
from verso.cli.unsealing import Who
from verso.settings import load_settings


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command("rebuild")(rebuild_ledger)


def rebuild_ledger(
    who: Who,
    *,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a rebuilding that was interrupted.")] = False,
) -> None:
    """Make a lost ledger anew from everything that rests. Stop everything else first."""
    settings = load_settings()
    prepare(settings)
    services = build_services(settings)
    with Progress(console=errors_terminal(), transient=True) as progress:
        task = progress.add_task("rebuilding", total=256)
        try:
            report = rebuild(
                services,
                Actor.operator(who),
                resume=resume,
                seen=lambda identity: progress.update(task, completed=int(identity[:2], 16)),
            )
        except WrongStage as error:
            raise typer.BadParameter("the ledger is not empty: only a lost one is rebuilt") from error
    _show(report)
    raise typer.Exit(Exit.TAMPERED if report.faults or report.beyond else Exit.DONE)


def _show(report: Report) -> None:
    console = terminal()
    for fault in report.faults:
        console.print(f"{fault.code}  {fault.name}", style="red", markup=False)
    for document in report.beyond:
        console.print(f"beyond  {document}", style="red", markup=False)
    for stage, count in sorted(report.stages.items()):
        console.print(f"{count} documents go on from {stage}.")
    console.print(f"{report.merges} merges of patients' numbers stand again.")
    console.print(f"{report.known} were known already, {report.erased} are erased.")
