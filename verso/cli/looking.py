"""The verbs that look: `status`, `list`, `show`, and `open`, which unseals and is therefore asked who and why."""

import getpass
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from documents.action import Action
from documents.actor import Actor
from documents.document import Document, DocumentId
from documents.errors import Erased
from documents.event import Event
from documents.role import Role
from documents.stage import Stage
from documents.type_codes import type_code
from pipelines.identify.serialising import from_json
from storage.archive import Archive
from storage.ledger.interface import Ledger, Listing
from verso.bootstrap import build_archive, build_ledger, now, prepare
from verso.cli.exits import Exit
from verso.cli.identifying import author_line, dates_table, evidence_table
from verso.cli.terminal import terminal
from verso.cli.unsealing import Who, Why, unsealing
from verso.settings import load_settings


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command()(status)
    app.command("list")(list_documents)
    app.command()(show)
    app.command("open")(open_original)


def status() -> None:
    """Say how many documents are in each stage, what waits for a service that is out, and since when some are dead."""
    settings = load_settings()
    prepare(settings)
    ledger = build_ledger(settings)
    counts = ledger.counts()
    table = Table("stage", "documents", title="Verso")
    for stage in Stage:
        table.add_row(stage, str(counts.get(stage, 0)))
    console = terminal()
    console.print(table)
    for service, count in sorted(ledger.waiting().items()):
        console.print(f"{count} pieces of work wait, uncounted: {service}")
    since = ledger.dead_since()
    if since is not None:
        console.print(f"the first of the dead died at {since.isoformat(timespec='seconds')}: verso dead list")


def list_documents(
    stage: Annotated[Stage | None, typer.Option(help="Only documents in this stage.")] = None,
    feeder: Annotated[str | None, typer.Option(help="Only documents of this feeder.")] = None,
    *,
    current: Annotated[bool, typer.Option("--current", help="Only what stands in a record, not its history.")] = False,
    after: Annotated[str | None, typer.Option(help="Go on after this document: the last one shown.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
) -> None:
    """List documents, newest first. Ids and codes only: nothing is unsealed."""
    settings = load_settings()
    prepare(settings)
    behind = DocumentId(after) if after else None
    listing = Listing(stage=stage, feeder=feeder, current=current, after=behind, limit=limit)
    table = Table("document", "feeder", "stage", "pages", "read", "type", "theme", "confidence", "reason")
    for document in build_ledger(settings).list(listing):
        table.add_row(document.id, document.feeder, document.stage, *_described(document))
    terminal().print(table)


def show(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="The document.")],
    *,
    identity: Annotated[
        bool, typer.Option("--identity", help="Unseal its evidence, dates and author too; asks who and why.")
    ] = False,
    who: Annotated[str, typer.Option(help="Your login; that you looked is recorded.", default_factory=getpass.getuser)],
    why: Annotated[str | None, typer.Option(help="The ground, with --identity.")] = None,
) -> None:
    """Show what the ledger knows about a document: ids, codes, objects, events. Nothing is unsealed unless asked."""
    settings = load_settings()
    prepare(settings)
    ledger = build_ledger(settings)
    document = ledger.document(DocumentId(document_id))
    ledger.record(Event(at=now(), actor=Actor.operator(who), action=Action.LOOKED, document=document.id))
    console = terminal()
    facts = Table(show_header=False, box=None)
    for name in Document.__slots__:
        value = getattr(document, name)
        if name != "objects" and value is not None:
            facts.add_row(name, str(value))
    if document.type_code is not None:
        facts.add_row("type label", type_code(document.type_code).label_fr)
    console.print(facts)
    objects = Table("object", "part", "revision", "bytes", "sha-256 of the envelope", title="Sealed objects")
    for sealed in document.objects:
        objects.add_row(sealed.role.slug, str(sealed.part), str(sealed.revision), str(sealed.size), sealed.digest)
    console.print(objects)
    events = Table("at", "who", "what", "detail", title="Events")
    for event in ledger.events(document.id):
        events.add_row(event.at.isoformat(timespec="seconds"), str(event.actor), event.action, event.detail)
    console.print(events)
    if identity:
        _show_identity(document, ledger, build_archive(settings), who, why or str(typer.prompt("Why")))


def _show_identity(document: Document, ledger: Ledger, archive: Archive, who: str, why: str) -> None:
    """Unseal whose document it was found to be, by what, who wrote it and when."""
    sealed = document.required(Role.IDENTITY)
    ledger.record(unsealing(document.id, Role.IDENTITY.slug, who, why, archive))
    found = from_json(archive.open(document.id, sealed))
    console = terminal()
    console.print(evidence_table(found.evidence))
    console.print(dates_table(found.dates))
    console.print(author_line(found), markup=False)


def open_original(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="The document.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write it. Never overwritten.")],
    who: Who,
    why: Why,
    *,
    searchable: Annotated[bool, typer.Option("--searchable", help="The searchable PDF, not the original.")] = False,
) -> None:
    """Unseal an original, or its searchable PDF, into a file that only you can read. Who and why are recorded first."""
    settings = load_settings()
    prepare(settings)
    ledger, archive = build_ledger(settings), build_archive(settings)
    document = ledger.document(DocumentId(document_id))
    if document.stage is Stage.ERASED:
        raise Erased(document.id)
    role = Role.SEARCHABLE if searchable else Role.ORIGINAL
    if searchable and document.object(role) is None:
        raise typer.BadParameter("this document has none: open its original", param_hint="--searchable")
    ledger.record(unsealing(document.id, role.slug, who, why, archive))
    content = archive.open(document.id, document.required(role))
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise typer.BadParameter("this file exists already", param_hint="--output") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    terminal().print(f"{len(content)} bytes written to {output}. This is health data: delete it after use.")
    raise typer.Exit(Exit.DONE)


def _described(document: Document) -> tuple[str, ...]:
    """Return the cells that say how a document was read and what it is."""
    return (
        "" if document.pages is None else str(document.pages),
        document.reading or "",
        document.type_code or "",
        document.theme or "",
        "" if document.confidence is None else f"{document.confidence:.2f}",
        document.reason or "",
    )
