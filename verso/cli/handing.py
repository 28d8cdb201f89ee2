"""The verb `ingest`: hands files and folders over, and stays until each is stored, in review or refused."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from documents.document import Document, DocumentId
from documents.feeder import Feeder, FeederKind
from documents.stage import WORKABLE
from feeders.files import FilesFeeder
from feeders.inbox.rules import Rules
from feeders.problem import Problem
from pipelines.services import Services
from pipelines.split.standing import leaves
from verso.bootstrap import build_services, prepare
from verso.cli.exits import Exit
from verso.cli.progress import follow, results
from verso.cli.terminal import terminal
from verso.settings import Settings, environment_of, load_settings
from workers.refusing import record_refusals
from workers.spool import is_spool
from workers.submit import open_counter
from workers.supervising import company
from workers.unpacking import unpack


def add_to(app: typer.Typer) -> None:
    """Add this family's verbs."""
    app.command()(ingest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """What became of the files on a command line."""

    #: The file, or one of the files, of each document.
    paths: dict[DocumentId, Path] = field(repr=False)
    #: Files whose document was known before.
    known: int
    problems: Sequence[Problem]


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.", exists=True)],
    feeder: Annotated[str, typer.Option(help="Who hands them over.")] = "desk",
    work: Annotated[
        bool | None,
        typer.Option("--work/--hand-over", help="Work on them here, or leave that to the running workers."),
    ] = None,
) -> None:
    """Hand files over. Each file is left where it is; handing it over again does nothing."""
    try:
        source = Feeder(name=feeder, kind=FeederKind.PRACTITIONER)
    except ValueError as error:
        raise typer.BadParameter("lower-case letters, digits and hyphens, at most 64", param_hint="--feeder") from error
    settings = load_settings()
    prepare(settings)
    console = terminal()
    services = build_services(settings)
    handed = hand_over(paths, source, services, settings)
    documents = [document for some in _became(handed, services).values() for document in some]
    here = is_spool(settings.broker) if work is None else work
    if here and any(document.stage in WORKABLE for document in documents):
        with company(["worker", "courier"], environment_of(settings), settings.home / "log" / "ingest.log") as members:
            follow(services.ledger, list(handed.paths), console, members.tend)
    else:
        follow(services.ledger, list(handed.paths), console, lambda: None)
    became = _became(handed, services)
    documents = [document for some in became.values() for document in some]
    names = {document.id: handed.paths[one].name for one, some in became.items() for document in some}
    console.print(results(documents, names))
    counted = Counter(str(document.stage) for document in documents)
    summary = ", ".join(f"{count} {stage}" for stage, count in sorted(counted.items()))
    console.print(f"{len(documents)} documents: {summary}. {handed.known} files were known already.")
    for problem in handed.problems:
        # A name may hold whatever a terminal obeys.
        name = "".join(character if character.isprintable() else "?" for character in problem.file_name)
        console.print(f"{name}: {problem.code}: {problem.code.sentence_fr}", markup=False)
    raise typer.Exit(Exit.FINDINGS if handed.problems else Exit.DONE)


def hand_over(paths: Sequence[Path], feeder: Feeder, services: Services, settings: Settings) -> Ingested:
    """Receive every file. What cannot be read becomes a problem, and the rest goes on."""
    counter = open_counter(services, settings)
    source = FilesFeeder(feeder, Rules(largest=settings.largest_original))
    found: dict[DocumentId, Path] = {}
    problems: list[Problem] = []
    known = 0
    for handed in source.hand_over(paths):
        problems.extend(handed.problems)
        if handed.arrival is None:
            record_refusals(handed.problems, feeder.name, services)
            continue
        for one in unpack(handed.arrival, services.skills.unpacker):
            problems.extend(one.problems)
            if one.arrival is None:
                record_refusals(one.problems, feeder.name, services)
            if one.arrival is not None:
                receipt = counter.submit(one.arrival)
                known += not receipt.new
                found.setdefault(receipt.document.id, handed.path.parent / one.arrival.declaration.file_name)
    return Ingested(paths=found, known=known, problems=problems)


def _became(handed: Ingested, services: Services) -> Mapping[DocumentId, Sequence[Document]]:
    """Return what each file has become: one document, or the pieces of a stack."""
    ledger = services.ledger
    return {one: tuple(leaves(ledger.document(one), ledger)) for one in handed.paths}
