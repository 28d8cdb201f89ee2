"""The verb `correct`: what was filed wrongly is filed anew, with who and why."""

import getpass
from typing import Annotated

import typer

from documents.actor import Actor
from documents.document import DocumentId
from documents.patient import OID_INS_NIR
from verso.bootstrap import build_services, prepare
from verso.cli.deciding import decided
from verso.cli.terminal import terminal
from verso.settings import load_settings
from workers.submit import open_counter

Who = Annotated[str, typer.Option(prompt="Who are you", help="Your login.", default_factory=getpass.getuser)]
Why = Annotated[str, typer.Option(prompt="Why", help="The ground; it is recorded, sealed.")]


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command()(correct)


def correct(  # noqa: PLR0913, PLR0917  one argument an option
    document_id: Annotated[str, typer.Argument(metavar="ID", help="The document.")],
    who: Who,
    why: Why,
    patient: Annotated[str | None, typer.Option(help="Whose it is: - to be asked for the INS, or the INS.")] = None,
    oid: Annotated[str, typer.Option(help="Authority of that INS.")] = OID_INS_NIR,
    type_: Annotated[str | None, typer.Option("--type", help="What it is: an official type code.")] = None,
    date: Annotated[str | None, typer.Option(help="The day of the act, as YYYY-MM-DD.")] = None,
    split: Annotated[str | None, typer.Option(help="Which pages are a document each, such as 1-2,3-5.")] = None,
    turn: Annotated[str | None, typer.Option(help="Turns that make pages upright, clockwise: 1:90,3:180.")] = None,
) -> None:
    """File a stored document anew, under another patient, type or day, or as several. Its bytes stay as they are."""
    settings = load_settings()
    prepare(settings)
    services = build_services(settings)
    document = services.ledger.document(DocumentId(document_id))
    settlement = decided(
        document,
        services,
        patient=patient,
        oid=oid,
        type_=type_,
        date_=date,
        split=split,
        turn=turn,
        by=Actor.operator(who),
        accept_test=settings.accept_test_identities,
    )
    after = open_counter(services, settings).correct(document, settlement, why)
    terminal().print(f"{after.id} goes on from stage {after.stage}")
