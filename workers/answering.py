"""Answering: a batch is acknowledged when all of it is received, and again when all of it is settled."""

from documents.action import Action
from documents.document import Document
from documents.role import Role
from documents.stage import WORKABLE, Stage
from feeders.acknowledgement import (
    Acknowledgement,
    Answer,
    AnswerLine,
    Phase,
    became,
    sentence_of,
)
from feeders.inbox.interface import FinishedBatch
from feeders.outbox import Outbox
from pipelines.arrived import arrived
from pipelines.identify.national import national_code, replacing_code
from pipelines.identify.serialising import from_json
from pipelines.services import Services
from pipelines.split.standing import leaves, standing
from storage.ledger.interface import Ledger

#: On its way, or dead: an operator will replay it.
_UNSETTLED = WORKABLE | {Stage.DEAD}


def answer(batch: FinishedBatch, feeder: str, outbox: Outbox, services: Services) -> None:
    """Acknowledge a batch of which nothing is left to take; dismiss it once its last word is written.

    Called at every scan, by any process: each answer is written when its time has come, and not again once its feeder
    has collected it, unless the process died between writing and noting it.

    Args:
        batch: The batch.
        feeder: Who handed it over.
        outbox: Where that feeder collects its answers.
        services: Where the batch's documents stand.

    Raises:
        InboxUnavailable: The answer could not be written; it is tried again.
        LedgerUnavailable: As above.
    """
    settled = _is_settled(feeder, batch.batch, services.ledger)
    phase = Phase.SETTLED if settled else Phase.RECEIVED
    if batch.answered and not settled:
        return
    arrivals = arrived(feeder, batch.batch, services)
    lines = (_line(document, name, services, duplicate=known) for document, name, known in arrivals)
    acknowledgement = Acknowledgement(
        batch=batch.batch,
        phase=phase,
        written_at=services.now(),
        lines=tuple(lines),
        problems=tuple(batch.problems),
    )
    outbox.write(acknowledgement)
    if settled:
        batch.dismiss()
    else:
        batch.note_answered()


def _is_settled(feeder: str, batch: str, ledger: Ledger) -> bool:
    """Tell whether every document of a batch, and every one that it repeats, has come to where it stays."""
    counts = ledger.counts(feeder, batch)
    if any(counts[stage] for stage in _UNSETTLED):
        return False
    repeated = {arrival.document for arrival in ledger.arrivals(feeder, batch) if arrival.duplicate}
    found = (leaf for document in repeated for leaf in leaves(ledger.document(document), ledger))
    return not any(leaf.stage in _UNSETTLED for leaf in found)


def _line(handed_over: Document, name: str, services: Services, *, duplicate: bool) -> AnswerLine:
    document = standing(handed_over, services.ledger)
    answer = became(document.stage)
    unheeded = replacing_code(services.ledger.events(handed_over.id)) if duplicate else None
    code = document.reason or (Action.DECLARED_OTHERWISE.value if unheeded else None)
    return AnswerLine(
        file_name=name,
        answer=Answer.DUPLICATE if duplicate else answer,
        state=answer if duplicate else None,
        code=code,
        sentence_fr=sentence_of(code),
        national_code=_national_code(document, services) or unheeded,
    )


def _national_code(document: Document, services: Services) -> int | None:
    sealed = document.object(Role.IDENTITY)
    if document.stage is not Stage.REVIEW or sealed is None:
        return None
    return national_code(from_json(services.archive.open(document.id, sealed)))
