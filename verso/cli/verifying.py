"""The verb `verify`: reads back and authenticates everything stored."""

from collections.abc import Iterator

import typer
from rich.progress import track

from documents.document import Document
from documents.errors import Tampered
from documents.stage import Stage
from pipelines.erasing.enforcing import enforce
from storage.archive import Archive
from storage.ledger.interface import Ledger, Listing
from verso.bootstrap import build_archive, build_ledger, prepare
from verso.cli.exits import Exit
from verso.cli.terminal import errors_terminal, terminal
from verso.settings import load_settings


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command()(verify)


def verify() -> None:
    """Read back and authenticate every object of every document; say which fail."""
    settings = load_settings()
    prepare(settings)
    ledger, archive = build_ledger(settings), build_archive(settings)
    console = terminal()
    whole, broken = 0, 0
    total = sum(ledger.counts().values())
    returned = enforce(archive, all_of_them=True)
    for document in track(every_document(ledger), "verifying", total=total, console=errors_terminal()):
        if document.stage is Stage.ERASED:
            continue
        for fault in faults_of(document, archive):
            console.print(f"{document.id}  {fault.code}  {fault.subject}", style="red", highlight=False, markup=False)
            broken += 1
        whole += len(document.objects)
    console.print(f"{whole} objects of {total} documents read back: {whole - broken} authentic, {broken} not.")
    console.print(f"{ledger.counts()[Stage.ERASED]} documents are erased.")
    if returned:
        console.print(f"{returned} keys of erased documents had come back, and were destroyed again.", style="red")
    raise typer.Exit(Exit.TAMPERED if broken or returned else Exit.DONE)


def every_document(ledger: Ledger) -> Iterator[Document]:
    """Yield all documents, newest first, page by page."""
    listing = Listing(limit=500)
    while page := ledger.list(listing):
        yield from page
        listing = Listing(limit=500, after=page[-1].id)


def faults_of(document: Document, archive: Archive) -> Iterator[Tampered]:
    """Yield what is wrong with a document's objects."""
    for sealed in document.objects:
        try:
            archive.verify(document.id, sealed)
        except Tampered as fault:
            yield fault
