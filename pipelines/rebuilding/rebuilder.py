"""The rebuilder: goes through everything that rests and records it in a ledger that knows nothing of it yet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.document import Document, DocumentId, SealedObject
from documents.errors import Erased, Tampered, UnknownDocument, WrongStage
from documents.event import Event
from documents.role import PASSING
from pipelines.rebuilding.remains import Remains, as_piece_of, remains_of
from pipelines.receipts import HandingOver
from pipelines.receive import FILE_NAME
from pipelines.reimbursing.restoring import applied_again, stand_again
from pipelines.services import Services
from storage.ledger.restoring import PastArrival
from storage.merges import Merges
from storage.scrubbing.fault import Fault, FaultCode

#: Where the envelopes of documents rest, and where a document's id stands in their names.
_FOLDER: Final = "documents/"
_ID: Final = slice(len(_FOLDER) + 3, len(_FOLDER) + 35)


@dataclass(slots=True)
class Report:
    """What a rebuilding found."""

    #: Documents recorded, by the stage in which they go on.
    stages: dict[str, int] = field(default_factory=dict)
    #: Documents that were recorded already, by a rebuilding that was interrupted.
    known: int = 0
    #: Documents whose keys were destroyed on purpose.
    erased: int = 0
    #: Merges of patients' numbers that were recorded.
    merges: int = 0
    #: What did not authenticate or is no document any more. What else rests of the same document was used.
    faults: list[Fault] = field(default_factory=list)
    #: Documents of which too little rests: without an original, without a receipt, or without the stack they are of.
    beyond: list[DocumentId] = field(default_factory=list)


def rebuild(services: Services, actor: Actor, *, resume: bool, seen: Callable[[DocumentId], None]) -> Report:
    """Record everything that rests in an empty ledger. Nothing else may be running.

    Args:
        services: The stores, the keys, and the ledger.
        actor: Who rebuilds.
        resume: Whether the ledger may hold what an interrupted rebuilding recorded.
        seen: Called for each document that was seen to.

    Raises:
        WrongStage: The ledger is not empty.
        Interrupted: Store, keys or ledger failed; start again with `resume`.
    """
    if not resume and sum(services.ledger.counts().values()) > 0:
        raise WrongStage("ledger")
    report, pieces = Report(), list[DocumentId]()
    for identity in _identities(services):
        remains = _remains(identity, services, report)
        if remains is not None and remains.origin is not None:
            # Its stack may come later in the order of ids: kept as a name alone, and looked at again then.
            pieces.append(identity)
        elif remains is not None:
            _record(remains, remains.document, services, actor, report)
        seen(identity)
    _record_pieces(pieces, services, actor, report)
    _record_merges(services, actor, report)
    return report


def _record_merges(services: Services, actor: Actor, report: Report) -> None:
    """Record which patients' numbers stand for which, in the order in which that was decided. Twice is safe."""
    for alias in Merges(archive=services.archive).all():
        detail = f"{alias.old} {alias.new}"
        services.ledger.rename(alias, Event(at=services.now(), actor=actor, action=Action.REBUILT, detail=detail))
        report.merges += 1


def _record_pieces(pieces: list[DocumentId], services: Services, actor: Actor, report: Report) -> None:
    """Record pieces after their stacks, which may be pieces themselves."""
    while pieces:
        left = [identity for identity in pieces if not _record_piece(identity, services, actor, report)]
        if len(left) == len(pieces):
            report.beyond.extend(left)
            return
        pieces = left


def _record_piece(identity: DocumentId, services: Services, actor: Actor, report: Report) -> bool:
    """Record a piece if its stack is known; return whether it is done with."""
    remains = _remains(identity, services, Report())
    if remains is None or remains.origin is None:
        return True
    try:
        parent = services.ledger.document(remains.origin.parent)
    except UnknownDocument:
        return False
    _record(remains, as_piece_of(remains, parent), services, actor, report)
    return True


def _identities(services: Services) -> Iterator[DocumentId]:
    for identity, _ in groupby(services.archive.objects.keys(_FOLDER), key=lambda name: name[_ID]):
        yield DocumentId(identity)


def _remains(identity: DocumentId, services: Services, report: Report) -> Remains | None:
    """Read back and prove everything of a document, and return what can be told of it."""
    try:
        resting = tuple(_resting(identity, services, report))
        if resting and all(sealed.role in PASSING for sealed in resting):
            # Never handed over whole, or a night's lines half-way: whoever sends it begins again.
            return None
        remains = remains_of(identity, resting, services)
    except Erased:
        report.erased += 1
        return None
    if remains is None:
        report.beyond.append(identity)
    return remains


def _resting(identity: DocumentId, services: Services, report: Report) -> Iterator[SealedObject]:
    for name in services.archive.objects.keys(f"{_FOLDER}{identity[:2]}/{identity}/"):
        try:
            yield services.archive.recognise(name)
        except Tampered:
            report.faults.append(Fault(code=FaultCode.ALTERED, name=name))
        except ValueError:
            report.faults.append(Fault(code=FaultCode.FOREIGN, name=name))


def _record(remains: Remains, document: Document, services: Services, actor: Actor, report: Report) -> None:
    document = applied_again(document, services)
    event = Event(
        at=services.now(), actor=actor, action=Action.REBUILT, document=document.id, detail=document.stage.value
    )
    arrivals = [_past(handing, services) for handing in remains.handings]
    stand_again(document, services)
    if services.ledger.restore(document, arrivals, event):
        report.stages[document.stage] = report.stages.get(document.stage, 0) + 1
        if remains.unique_id is not None:
            services.ledger.own(services.archive.unique_name(remains.unique_id), document.id)
    else:
        report.known += 1


def _past(handing: HandingOver, services: Services) -> PastArrival:
    name = services.archive.seal_note(FILE_NAME, handing.file_name.encode())
    return PastArrival(batch=handing.batch, at=handing.at, sealed_name=name)
