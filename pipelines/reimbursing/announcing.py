"""Announcing: a night is begun once it is its turn and every file of it has come in; until then it waits."""

from typing import Final

from documents.day import day_in_france
from documents.document import Document, DocumentId
from documents.errors import NightWaits
from documents.night import Night, NightStage
from documents.night_refusals import (
    NightAltered,
    NightIncomplete,
    NightOutOfOrder,
    NightRepeated,
    NightUnreadable,
)
from documents.role import Role
from documents.stage import Stage
from pipelines.arrived import arrived
from pipelines.reimbursing.manifest import NightKind, NightManifest, manifest_from_json
from pipelines.services import Services

#: What the ledger calls a night: its manifest's media type.
NIGHT: Final = "application/vnd.verso.night+json"


def manifest_of(document: Document, services: Services) -> NightManifest:
    """Return the manifest that a document is.

    Raises:
        NightUnreadable: It is none after all, or another insurer's.
        Interrupted: Store or keys failed.
    """
    manifest = manifest_from_json(services.archive.open(document.id, document.required(Role.ORIGINAL)))
    if manifest.insurer != document.feeder:
        raise NightUnreadable
    return manifest


def files_of(manifest: NightManifest, services: Services) -> list[DocumentId]:
    """Return which documents a night's files are, or will be: they are found by their bytes, by whichever way."""
    return [services.archive.identify_digest(manifest.insurer, one.sha256) for one in manifest.files]


def beginning(document: Document, manifest: NightManifest, services: Services) -> Night:
    """Return the record of a night as it is when it begins."""
    return Night(
        insurer=manifest.insurer,
        number=manifest.night,
        document=document.id,
        full=manifest.kind is NightKind.FULL,
        day=manifest.day,
        stage=NightStage.APPLYING,
        lines=manifest.lines,
        patients=manifest.patients,
        received_at=document.received_at,
        changed_at=services.now(),
    )


def begun(document: Document, manifest: NightManifest, services: Services) -> Night:
    """Record that a night is begun, if its turn has come. Twice is safe.

    Raises:
        NightWaits: A file, or the night before, has not come in yet, or another night is under way.
        NightRefused: It can never be applied as it is.
        Interrupted: Ledger, store or keys failed.
    """
    register = services.ledger.nights
    known = register.night(manifest.insurer, manifest.night)
    if known is not None and known.document == document.id and known.stage is NightStage.APPLYING:
        return known
    _expect_turn(document, manifest, services)
    files = files_of(manifest, services)
    _expect_files(document, manifest, files, services)
    recorded = register.begin(beginning(document, manifest, services), files)
    if recorded.document != document.id:
        raise NightRepeated
    return recorded


def _expect_turn(document: Document, manifest: NightManifest, services: Services) -> None:
    """Compare with the nights that came before."""
    register = services.ledger.nights
    known = register.night(manifest.insurer, manifest.night)
    if known is not None and known.document != document.id and known.stage is not NightStage.REFUSED:
        raise NightRepeated
    last = register.last_applied(manifest.insurer)
    if manifest.day > day_in_france(services.now()):
        raise NightOutOfOrder
    if last is not None and (manifest.night <= last.number or (last.day and manifest.day <= last.day)):
        raise NightOutOfOrder
    expected = last.number + 1 if last else 1
    early = manifest.kind is NightKind.DELTA and manifest.night != expected
    if early or register.under_way(manifest.insurer) is not None:
        wait(document, services)


def _expect_files(document: Document, manifest: NightManifest, files: list[DocumentId], services: Services) -> None:
    """See that every file is here, being the one that the manifest names."""
    here = {file for file in services.ledger.knows(files) if rests(file, services)}
    missing = {one.name for one, file in zip(manifest.files, files, strict=True) if file not in here}
    if missing and document.batch is not None:
        names = {name.rpartition("/")[2] for _, name, _ in arrived(document.feeder, document.batch, services)}
        if missing & names:
            raise NightAltered
    if missing:
        wait(document, services)


def rests(file: DocumentId, services: Services) -> bool:
    """Tell whether the bytes of a file are here still: those of past nights are destroyed in the end."""
    return services.ledger.document(file).stage is not Stage.ERASED


def wait(document: Document, services: Services) -> None:
    """Wait, but not for ever.

    Raises:
        NightWaits: Always, until patience has run out.
        NightIncomplete: It has.
    """
    if services.now() - document.received_at > services.nightly.patience:
        raise NightIncomplete
    raise NightWaits(document.id)
