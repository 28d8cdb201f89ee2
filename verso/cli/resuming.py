"""The verbs that resume: `replay` has missing pages read again, `unlock` opens what a password protects."""

import getpass
from enum import StrEnum
from typing import Annotated

import typer

from documents.actor import Actor
from documents.document import DocumentId
from pipelines.replaying import read_again
from pipelines.unlocking import unlock as unlock_document
from verso.bootstrap import build_services, close_skills, prepare
from verso.cli.terminal import terminal
from verso.settings import load_settings
from workers.submit import open_counter


class Replayable(StrEnum):
    """The stages whose work can be asked for again."""

    READ = "read"


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command()(replay)
    app.command()(unlock)


def replay(
    document_ids: Annotated[list[str], typer.Argument(metavar="ID…", help="Partial documents.")],
    stage: Annotated[Replayable, typer.Option(help="What to do again.")] = Replayable.READ,
    who: Annotated[str | None, typer.Option(help="Your login.")] = None,
) -> None:
    """Have the pages read again that could not be read; what was read stays. For the dead: `verso dead replay`."""
    settings = load_settings()
    prepare(settings)
    services = build_services(settings)
    counter = open_counter(services, settings)
    for document_id in document_ids:
        after = read_again(
            services.ledger.document(DocumentId(document_id)), Actor.operator(who or getpass.getuser()), services
        )
        terminal().print(f"{after.id}: its missing pages are read again ({stage})")
    counter.courier.deliver()


def unlock(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="A document refused for want of a password.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, help="Asked for when not given.")],
    who: Annotated[str | None, typer.Option(help="Your login.")] = None,
) -> None:
    """Open a protected document with its password, which is used once and kept nowhere; the document goes on."""
    settings = load_settings()
    prepare(settings)
    services = build_services(settings)
    try:
        document = services.ledger.document(DocumentId(document_id))
        after = unlock_document(document, password, Actor.operator(who or getpass.getuser()), services)
    finally:
        close_skills(services.skills)
    open_counter(services, settings).courier.deliver()
    terminal().print(f"{after.id} goes on from stage {after.stage}")
