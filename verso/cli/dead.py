"""The family `dead`: documents on which the world stayed at fault after every retry; kept whole, replayable."""

import getpass
from typing import Annotated

import typer
from rich.table import Table

from documents.actor import Actor
from documents.document import DocumentId
from documents.errors import WrongStage
from documents.stage import Stage
from pipelines.discarding import discard as discard_document
from pipelines.replaying import replay as replay_document
from storage.ledger.interface import Listing
from verso.bootstrap import build_ledger, build_services, prepare
from verso.cli.correcting import Who, Why
from verso.cli.terminal import terminal
from verso.settings import load_settings
from workers.submit import open_counter

app = typer.Typer(help="Documents that failed after every retry.", no_args_is_help=True)


def add_to(verbs: typer.Typer) -> None:
    """Add this family's verbs."""
    verbs.add_typer(app, name="dead")


@app.command("list")
def list_dead(limit: Annotated[int, typer.Option(min=1, max=1000)] = 50) -> None:
    """List dead documents, newest first, with the stage and the cause."""
    settings = load_settings()
    prepare(settings)
    table = Table("document", "feeder", "died in", "cause", "since")
    for document in build_ledger(settings).list(Listing(stage=Stage.DEAD, limit=limit)):
        since = document.changed_at.isoformat(timespec="seconds")
        table.add_row(document.id, document.feeder, document.died_in or "", document.reason or "", since)
    terminal().print(table)


@app.command()
def show(document_id: Annotated[str, typer.Argument(metavar="ID", help="The document.")]) -> None:
    """Show why a document died: every failed attempt, with its stage, cause, process and versions."""
    settings = load_settings()
    prepare(settings)
    ledger = build_ledger(settings)
    document = ledger.document(DocumentId(document_id))
    console = terminal()
    console.print(f"{document.id} of {document.feeder}: {document.stage}, died in {document.died_in or '-'}")
    console.print(f"cause {document.reason or '-'} after {document.attempts} failed attempts at that stage")
    table = Table("at", "stage", "part", "cause", "process", "made with")
    for attempt in ledger.tried(document.id):
        part = "" if attempt.part is None else str(attempt.part)
        at = attempt.at.isoformat(timespec="seconds")
        table.add_row(at, attempt.stage, part, attempt.code, attempt.owner, attempt.release or "")
    console.print(table)


@app.command()
def discard(
    document_ids: Annotated[list[str], typer.Argument(metavar="ID…", help="The documents.")], who: Who, why: Why
) -> None:
    """Give dead documents up: their feeder is told so, their sealed originals stay as long as any."""
    settings = load_settings()
    prepare(settings)
    services = build_services(settings)
    for document_id in document_ids:
        after = discard_document(services.ledger.document(DocumentId(document_id)), Actor.operator(who), why, services)
        terminal().print(f"{after.id} is {after.stage}: {after.reason}")


@app.command()
def replay(
    document_ids: Annotated[list[str], typer.Argument(metavar="ID…", help="The documents, or `all`.")],
    who: Annotated[str, typer.Option(help="Your login.", default_factory=getpass.getuser)],
) -> None:
    """Put dead documents back to work where they died."""
    settings = load_settings()
    prepare(settings)
    services = build_services(settings)
    counter = open_counter(services, settings)
    if document_ids == ["all"]:
        document_ids = [d.id for d in services.ledger.list(Listing(stage=Stage.DEAD, limit=1000))]
    console = terminal()
    for document_id in document_ids:
        document = services.ledger.document(DocumentId(document_id))
        try:
            after = replay_document(document, Actor.operator(who), services)
        except WrongStage as wrong:
            console.print(str(wrong), style="red", highlight=False, markup=False)
        else:
            console.print(f"{after.id} is back in stage {after.stage}")
    counter.courier.deliver()
