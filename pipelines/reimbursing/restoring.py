"""Restoring: after the ledger was lost, applied nights and patients' care stand again, by what rests of them."""

from dataclasses import replace
from typing import Final

from documents.document import Document
from documents.lane import Lane
from documents.night import NightStage
from documents.role import Role
from documents.stage import Stage
from pipelines.reimbursing.announcing import NIGHT, beginning, files_of, manifest_of
from pipelines.reimbursing.counting import Count
from pipelines.reimbursing.edition import Names
from pipelines.reimbursing.hashes import Hashes
from pipelines.reimbursing.standing import standing_of
from pipelines.reimbursing.statement import Statement
from pipelines.services import Services

#: No patient has so many editions of one insurer: more, and the document is none.
_MOST_EDITIONS: Final = 100_000


def applied_again(document: Document, services: Services) -> Document:
    """Return a document as it stands: the manifest of a night that was merged to its last part has done its duty.

    The night is recorded with its files, which find out by that what became of them. Twice is safe. Any other night
    starts again: where a later one stands by then, it is refused as what it is.

    Raises:
        Tampered: What rests of it was altered.
        Interrupted: Store, keys or ledger failed.
    """
    told = document.latest(Role.REJECTS)
    if document.lane is not Lane.NIGHTLY or told is None or not document.parts(Role.TALLY):
        return document
    manifest = manifest_of(document, services)
    counts, _, _ = services.archive.open(document.id, told).partition(b"\n")
    night = beginning(document, manifest, services)
    register = services.ledger.nights
    if register.begin(night, files_of(manifest, services)).document != document.id:
        return document
    register.end(replace(night, stage=NightStage.APPLIED, reconciliation=Count.from_json(counts).reconciliation()))
    return replace(document, stage=Stage.MERGED, media_type=NIGHT)


def stand_again(document: Document, services: Services) -> None:
    """Let a patient's care stand as an edition says, unless a later one was seen already. Twice is safe.

    Raises:
        Tampered: What rests of it was altered.
        Interrupted: Store, keys or ledger failed.
    """
    sealed = document.object(Role.HISTORY)
    if sealed is None or document.stage is not Stage.STORED:
        return
    statement = Statement.from_json(services.archive.open(document.id, sealed))
    hashes = Hashes.of(services.archive.masters, statement.insurer)
    names = Names.of(statement.history, services.archive.masters)
    number = next((n for n in range(1, _MOST_EDITIONS) if names.document(n) == document.id), None)
    key = hashes.key(statement.ins.number, statement.ins.oid)
    known = services.ledger.nights.standings(statement.insurer, [key]).get(key)
    if number is None or (known is not None and known.night >= statement.night):
        return
    standing, echo = standing_of(statement, hashes, number, document.id)
    version = known.version + 1 if known else 1
    services.ledger.nights.advance(replace(standing, version=version, said=echo.to_bytes(standing.digest)))
