"""The family `ledger`: a sealed copy of the database is written, and a database made again from one."""

import getpass
from pathlib import Path
from typing import Annotated

import typer

from documents.action import Action
from documents.actor import Actor
from documents.event import Event
from storage.ledger.copying import copy
from storage.ledger.copying import restore as restore_copy
from verso.bootstrap import build_archive, build_ledger, now, prepare
from verso.cli.terminal import terminal
from verso.settings import load_settings

app = typer.Typer(help="Sealed copies of the ledger.", no_args_is_help=True)

Who = Annotated[str, typer.Option(help="Your login; it is recorded.", default_factory=getpass.getuser)]


def add_to(verbs: typer.Typer) -> None:
    """Add this family's verbs."""
    verbs.add_typer(app, name="ledger")


@app.command()
def backup(path: Annotated[Path, typer.Argument(help="The file to write. Never overwritten.")], who: Who) -> None:
    """Write a sealed copy of the ledger, as it stands at one moment, while workers run."""
    settings = load_settings()
    prepare(settings)
    masters = build_archive(settings).masters
    event = Event(at=now(), actor=Actor.operator(who), action=Action.COPIED)
    build_ledger(settings, masters).record(event)
    terminal().print(f"{copy(settings.ledger, masters, path)} bytes written to {path}.", markup=False)


@app.command()
def restore(
    path: Annotated[Path, typer.Argument(help="A sealed copy.", exists=True, dir_okay=False)], who: Who
) -> None:
    """Make the ledger again from a sealed copy, in a new database that was migrated and holds nothing."""
    settings = load_settings()
    prepare(settings)
    masters = build_archive(settings).masters
    rows = restore_copy(path, settings.ledger, masters)
    build_ledger(settings, masters).record(Event(at=now(), actor=Actor.operator(who), action=Action.RESTORED))
    terminal().print(f"{rows} rows restored. Start the workers; then run verso verify.")
