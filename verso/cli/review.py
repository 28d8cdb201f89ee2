"""The family `review`: what the pipeline would not guess, shown with its evidence and settled by a person."""

import getpass
from typing import Annotated

import typer
from rich.table import Table

from documents.actor import Actor
from documents.classification import Classification
from documents.document import Document, DocumentId
from documents.errors import WrongStage
from documents.patient import OID_INS_NIR
from documents.stage import Stage
from documents.type_codes import type_code
from pipelines.concluded import concluded_identity, concluded_type
from pipelines.entrusting import PATIENT_ERASED
from pipelines.split.division import Division, Ground
from pipelines.split.pieces import division_of
from pipelines.split.step import IMPOSSIBLE, PROPOSED
from storage.ledger.interface import Listing
from verso.bootstrap import build_ledger, build_services, prepare
from verso.cli.deciding import decided
from verso.cli.identifying import author_line, dates_table, evidence_table
from verso.cli.terminal import terminal
from verso.cli.unsealing import Who, Why, unsealing
from verso.settings import load_settings
from workers.submit import open_counter

app = typer.Typer(help="Documents that wait for a person.", no_args_is_help=True)

#: Why a document waits, for the person who settles it.
REASONS_FR = {
    "patient-conflict": "Les indices sur le patient se contredisent.",
    "patient-insufficient": "Le patient n'est pas identifié avec certitude.",
    PATIENT_ERASED: "Le dossier de ce patient a été effacé.",
    "type-uncertain": "Le type du document est incertain.",
    PROPOSED: "Le fichier semble contenir plusieurs documents.",
    IMPOSSIBLE: "Le fichier contient plusieurs documents et ne peut pas être découpé. Numérisez-les séparément.",
}


_GROUNDS_FR = {
    Ground.START: "début du fichier",
    Ground.SEPARATOR: "feuille de séparation",
    Ground.UNREADABLE_SEPARATOR: "feuille de séparation au code illisible",
    Ground.OTHER_PATIENT: "autre patient",
    Ground.FIRST_PAGE: "première page d'un document",
    Ground.OTHER_LETTERHEAD: "autre en-tête",
    Ground.SETTLED: "décision d'une personne",
}


def add_to(verbs: typer.Typer) -> None:
    """Add this family's verbs."""
    verbs.add_typer(app, name="review")


@app.command("list")
def list_review(limit: Annotated[int, typer.Option(min=1, max=1000)] = 50) -> None:
    """List the documents in review, newest first. Ids and codes only."""
    settings = load_settings()
    prepare(settings)
    table = Table("document", "feeder", "pages", "reason", "motif")
    for document in build_ledger(settings).list(Listing(stage=Stage.REVIEW, limit=limit)):
        reason = document.reason or ""
        table.add_row(document.id, document.feeder, str(document.pages), reason, REASONS_FR.get(reason, ""))
    terminal().print(table)


@app.command()
def show(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="The document.")],
    who: Who,
    why: Why,
) -> None:
    """Show the evidence on a document in review, with page and place, its dates, and the best guesses of its type."""
    settings = load_settings()
    prepare(settings)
    services = build_services(settings)
    document = _in_review(services.ledger.document(DocumentId(document_id)))
    services.ledger.record(unsealing(document.id, "evidence", who, why, services.archive))
    console = terminal()
    console.print(REASONS_FR.get(document.reason or "", document.reason or ""))
    division = division_of(document, services)
    if division is not None:
        console.print(_division_table(division))
    identification = concluded_identity(document, services)
    console.print(evidence_table(identification.evidence))
    console.print(f"règles : {', '.join(identification.reasons)}")
    console.print(dates_table(identification.dates))
    console.print(author_line(identification), markup=False)
    classification = concluded_type(document, services)
    console.print(_guess_table(classification))
    console.print(f"mots décisifs : {', '.join(classification.because) or 'aucun'}", markup=False)


@app.command()
def settle(  # noqa: PLR0913, PLR0917  one argument an option
    document_id: Annotated[str, typer.Argument(metavar="ID", help="The document.")],
    who: Annotated[str, typer.Option(help="Your login; the decision is recorded.", default_factory=getpass.getuser)],
    patient: Annotated[str | None, typer.Option(help="The patient: - to be asked for the INS, or the INS.")] = None,
    oid: Annotated[str, typer.Option(help="Authority of that INS.")] = OID_INS_NIR,
    type_: Annotated[str | None, typer.Option("--type", help="The official type code.")] = None,
    split: Annotated[
        str | None,
        typer.Option(help="Whether it is several documents: yes as shown, no, or their pages, such as 1-2,3-5."),
    ] = None,
    turn: Annotated[str | None, typer.Option(help="Turns that make pages upright, clockwise: 1:90,3:180.")] = None,
) -> None:
    """Settle the patient, the type, the pages, or several of them; the document goes on by itself."""
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
        split=split,
        turn=turn,
        by=Actor.operator(who),
        accept_test=settings.accept_test_identities,
    )
    after = open_counter(services, settings).settle(document, settlement)
    terminal().print(f"{after.id} goes on from stage {after.stage}")


@app.command()
def join(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="A stack that was split.")],
    who: Annotated[str, typer.Option(help="Your login; the decision is recorded.", default_factory=getpass.getuser)],
) -> None:
    """Undo a split while none of its pieces is stored: the stack goes on as one document, the pieces are withdrawn."""
    settings = load_settings()
    prepare(settings)
    services = build_services(settings)
    document = services.ledger.document(DocumentId(document_id))
    after = open_counter(services, settings).join(document, Actor.operator(who))
    terminal().print(f"{after.id} is one document again and goes on from stage {after.stage}")


def _in_review(document: Document) -> Document:
    if document.stage is not Stage.REVIEW:
        raise WrongStage(document.id)
    return document


def _division_table(division: Division) -> Table:
    table = Table("document", "pages", "parce que")
    for number, run in enumerate(division.runs, start=1):
        table.add_row(str(number), f"{run.first}-{run.last}", _GROUNDS_FR[run.ground])
    return table


def _guess_table(classification: Classification) -> Table:
    table = Table("type", "libellé", "thème", "probabilité")
    for guess in classification.guesses[:2]:
        kind = type_code(guess.type_code)
        table.add_row(kind.code, kind.label_fr, kind.theme, f"{guess.probability:.2f}")
    return table
