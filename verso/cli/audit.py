"""The family `audit`: the trail is verified, anchored and given out."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from documents.action import Action
from documents.actor import Actor
from documents.document import DocumentId
from documents.event import Event
from storage.audit.anchoring import anchor as anchor_trail
from storage.audit.entry import Entry
from storage.audit.fhir import audit_event
from storage.audit.interface import Trail
from storage.audit.key import trail_key
from storage.audit.verifying import verify as verify_trail
from verso.bootstrap import build_archive, build_ledger, now, prepare
from verso.cli.exits import Exit
from verso.cli.terminal import terminal
from verso.cli.unsealing import Who
from verso.settings import load_settings

app = typer.Typer(help="The audit trail: who did what, when, on what ground.", no_args_is_help=True)

#: Purpose under which the ground of an export is sealed.
GROUND: Final = b"ground of an export"

_AT_ONCE: Final = 1000
#: Faults that are printed one by one.
_SHOWN: Final = 50

Why = Annotated[str, typer.Option(prompt="Why", help="The ground; it is recorded, sealed.")]


def add_to(verbs: typer.Typer) -> None:
    """Add this family's verbs."""
    verbs.add_typer(app, name="audit")


@app.command()
def verify() -> None:
    """Compute the whole chain again, against its anchors, and name the first broken link."""
    settings = load_settings()
    prepare(settings)
    archive = build_archive(settings)
    trail = build_ledger(settings, archive.masters)
    found = verify_trail(trail, archive.objects, trail_key(archive.masters))
    console = terminal()
    for fault in found.faults[:_SHOWN]:
        where = "" if fault.link is None else f"link {fault.link}, "
        console.print(f"{fault.code}  {where}{fault.place}", style="red", highlight=False, markup=False)
    broken = min((fault.link for fault in found.faults if fault.link is not None), default=None)
    counts = f"{found.entries} events, {found.links} links, {found.anchors} anchors"
    if found.faults:
        first = "" if broken is None else f" First broken link: {broken}."
        console.print(f"{counts}: {len(found.faults)} faults.{first}", soft_wrap=True)
        raise typer.Exit(Exit.TAMPERED)
    end = trail.last_link()
    console.print(f"{counts}: whole. {found.unbound} events wait for the next link.", soft_wrap=True)
    console.print(f"The chain ends in link {end.number}, {end.digest}", soft_wrap=True)


@app.command()
def anchor() -> None:
    """Bind what was written and anchor the end of the chain now, rather than when it is due."""
    settings = load_settings()
    prepare(settings)
    archive = build_archive(settings)
    trail = build_ledger(settings, archive.masters)
    made = anchor_trail(trail, archive.objects, trail_key(archive.masters), now())
    if made is None:
        terminal().print("Nothing was ever written: there is nothing to anchor.")
    else:
        terminal().print(f"Link {made.link} is anchored, {made.digest}", soft_wrap=True)


@app.command()
def export(  # noqa: PLR0913, PLR0917  one argument an option
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write it. Never overwritten.")],
    who: Who,
    why: Why,
    document: Annotated[str | None, typer.Option(help="Only events of this document.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only events from then on, UTC.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only events before then, UTC.")] = None,
) -> None:
    """Write the trail as FHIR R4 AuditEvents, one a line (NDJSON). Ids and codes; that it was given out is recorded."""
    settings = load_settings()
    prepare(settings)
    archive = build_archive(settings)
    ledger = build_ledger(settings, archive.masters)
    subject = DocumentId(document) if document else None
    if subject is not None:
        ledger.document(subject)
    ground = archive.seal_note(GROUND, why.encode())
    event = Event(at=now(), actor=Actor.operator(who), action=Action.EXPORTED, document=subject, sealed_ground=ground)
    ledger.record(event)
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise typer.BadParameter("this file exists already", param_hint="--output") from error
    count = 0
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        for entry in entries(ledger, subject):
            if _within(entry, since, until):
                file.write(json.dumps(audit_event(entry), ensure_ascii=False) + "\n")
                count += 1
    terminal().print(f"{count} events written to {output}.")


def entries(trail: Trail, document: DocumentId | None) -> Iterator[Entry]:
    """Yield the whole trail, or a document's, page by page."""
    after = 0
    while page := trail.entries(after, _AT_ONCE, document):
        yield from page
        after = page[-1].id or 0


def _within(entry: Entry, since: datetime | None, until: datetime | None) -> bool:
    begins = since is None or entry.at >= since.replace(tzinfo=UTC)
    return begins and (until is None or entry.at < until.replace(tzinfo=UTC))
