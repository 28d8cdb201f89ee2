"""Receive: the original is sealed, stored, read back and committed; only then may its feeder forget it (P2, P14)."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from documents.action import Action
from documents.actor import Actor
from documents.arrival import Arrival
from documents.document import Document, SealedObject
from documents.errors import Erased, TooLarge
from documents.event import Event
from documents.lane import Lane, lane_of
from documents.role import Role
from documents.stage import Stage
from pipelines.declaring import declaration_to_json
from pipelines.receipts import HandingOver, receipt_to_json
from pipelines.redeclaring import redeclare
from pipelines.services import Services
from storage.together import together

#: Purpose under which the names of arrived files are sealed in the ledger.
FILE_NAME: Final = b"file name of an arrival"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Verso's word to a feeder: this arrival rests sealed under this id."""

    document: Document
    #: False when the same bytes from the same feeder were received before.
    new: bool


def receive(arrival: Arrival, services: Services) -> Receipt:
    """Take an arrival in. On return it is durable: its feeder's copy may go.

    Receiving the same bytes of the same feeder twice, at once or after a crash half-way, gives the same document:
    its id is derived from them, and the first envelope under a name wins. What is declared anew is not lost: see
    `pipelines.redeclaring`. What was erased is turned away; a file of a past night, which had done its duty,
    is taken in again.

    Raises:
        TooLarge: It exceeds the set limit. Nothing was stored; the feeder keeps its copy.
        Interrupted: Store, keys or ledger failed. Nothing was acknowledged; try again.
    """
    if len(arrival.content) > services.largest_original:
        raise TooLarge
    identity = services.archive.identify(arrival.feeder.name, arrival.content)
    now = services.now()
    document = Document(
        id=identity,
        feeder=arrival.feeder.name,
        batch=arrival.batch,
        lane=lane_of(arrival.feeder.kind),
        stage=Stage.RECEIVED,
        size=len(arrival.content),
        received_at=now,
        changed_at=now,
    )
    known = services.ledger.document(identity) if services.ledger.knows([identity]) else None
    erased = known if known is not None and known.stage is Stage.ERASED else None
    if erased is not None and erased.lane is not Lane.NIGHTLY:
        return _turned_away(document, arrival, services)
    if erased is not None:
        document = _again(document, erased)
    handing = HandingOver(
        feeder=document.feeder,
        batch=document.batch,
        at=now,
        size=document.size,
        file_name=arrival.declaration.file_name,
        lane=document.lane,
    )
    if known is not None and erased is None:
        redeclare(known, arrival.declaration, services)
        kept: tuple[SealedObject, ...] = (_receipt(document, handing, services),)
    else:
        kept = _kept(document, arrival, handing, services)
    document = document.holding(*kept)
    event = Event(at=now, actor=Actor.feeder(arrival.feeder.name), action=Action.RECEIVED, document=identity)
    name = services.archive.seal_note_on(identity, FILE_NAME, arrival.declaration.file_name.encode())
    if erased is None:
        new = services.ledger.admit(document, event, name)
    else:
        new = services.ledger.readmit(erased, document, event, name)
    return Receipt(document=document if new else services.ledger.document(identity), new=new)


def _kept(document: Document, arrival: Arrival, handing: HandingOver, services: Services) -> tuple[SealedObject, ...]:
    """Seal what came in, and that it did."""
    archive = services.archive
    if document.lane is Lane.NIGHTLY:
        # A file of a past night was destroyed, and comes again for another one: nothing of before is opened by that.
        archive.destroyer.renew(document.id)
    archive.ready(document.id)
    said = declaration_to_json(arrival.declaration)
    return together(
        partial(archive.keep, document.id, Role.ORIGINAL, arrival.content, revision=document.revision),
        partial(archive.keep_first, document.id, Role.DECLARATION, said, revision=document.revision),
        partial(_receipt, document, handing, services),
    )


def _receipt(document: Document, handing: HandingOver, services: Services) -> SealedObject:
    """Seal that something came in."""
    content = receipt_to_json(handing)
    return services.archive.keep_apart(document.id, Role.RECEIPT, content, revision=document.revision)


def _again(document: Document, erased: Document) -> Document:
    """Return a file of a night that comes again after it was destroyed: under other names than what rested before."""
    return replace(document, version=erased.version, revision=erased.revision + 1)


def _turned_away(document: Document, arrival: Arrival, services: Services) -> Receipt:
    """Record that a paper which was erased came in again; nothing of it is kept, not even what it was called."""
    event = Event(
        at=document.received_at,
        actor=Actor.feeder(arrival.feeder.name),
        action=Action.REFUSED,
        document=document.id,
        detail=Erased.code,
    )
    services.ledger.admit(document, event)
    services.ledger.record(event)
    return Receipt(document=services.ledger.document(document.id), new=False)
