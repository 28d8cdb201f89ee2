"""Remains: what rests of one document, proven, and what can be told of it from that alone."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from documents.document import Document, DocumentId, SealedObject
from documents.patient import Ins
from documents.role import Role
from documents.stage import Stage
from pipelines.fields import ins_from_fields
from pipelines.receipts import HandingOver, Origin, receipt_from_json
from pipelines.services import Services

#: What a person or a feeder says anew. Of two at one revision only one was ever accepted, and nothing tells which.
_SAID = (Role.SETTLEMENT, Role.DECLARATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """One document as it rests."""

    document: Document
    #: Every time that it came, the first one first.
    handings: tuple[HandingOver, ...]

    #: The stack that it was cut from, if it is a piece.
    origin: Origin | None
    #: What its producer calls it for ever, if it is filed and has such a name; what is not, tells it on its way.
    unique_id: str | None = field(default=None, repr=False)


def remains_of(identity: DocumentId, resting: Sequence[SealedObject], services: Services) -> Remains | None:
    """Return what can be told of a document; None where its original or every receipt of it is gone.

    What is filed is known again with all that was found out about it. Anything else starts again from its original, and
    what was sealed of it on its way is found and used by the steps.

    Raises:
        Tampered: Something of it does not authenticate.
        Interrupted: Store or keys failed.
    """

    def read(sealed: SealedObject) -> bytes:
        return services.archive.open(identity, sealed)

    handings = sorted(
        (receipt_from_json(read(sealed)) for sealed in resting if sealed.role is Role.RECEIPT), key=lambda one: one.at
    )
    if not handings or not any(sealed.role is Role.ORIGINAL for sealed in resting):
        return None
    first = handings[0]
    objects = _undisputed(resting, read)
    document = Document(
        id=identity,
        feeder=first.feeder,
        batch=first.batch,
        lane=first.lane,
        stage=Stage.RECEIVED,
        revision=max(sealed.revision for sealed in objects),
        parent=first.origin.parent if first.origin else None,
        first_page=first.origin.first_page if first.origin else None,
        last_page=first.origin.last_page if first.origin else None,
        size=first.size,
        received_at=first.at,
        changed_at=services.now(),
        objects=objects,
    )
    filed = document.object(Role.METADATA)
    unique_id = None
    if filed is not None and filed.revision == document.revision:
        shown = json.loads(read(filed))
        document, unique_id = _as_filed(document, shown, services.archive.pseudonym), shown.get("unique_id")
    handed = tuple(one for one in handings if one.origin is None)
    return Remains(document=document, handings=handed, origin=first.origin, unique_id=unique_id)


def as_piece_of(remains: Remains, parent: Document) -> Document:
    """Return a piece as it stands: withdrawn, if its stack was joined since, which made that another revision."""
    if remains.origin is None or parent.revision == remains.origin.revision:
        return remains.document
    return replace(remains.document, stage=Stage.WITHDRAWN, patient=None, type_code=None, theme=None, confidence=None)


def _as_filed(document: Document, shown: dict[str, Any], pseudonym: Callable[[Ins], Any]) -> Document:
    """Return a document as the record's own description of it says."""
    ins = ins_from_fields(shown["ins"])
    return replace(
        document,
        stage=Stage.STORED,
        media_type=shown["media_type"],
        pages=shown["pages"],
        reading=shown.get("reading"),
        partial=shown["partial"],
        patient=pseudonym(ins) if ins else None,
        type_code=shown["type_code"],
        theme=shown["theme"],
        confidence=shown.get("confidence"),
        supersedes=shown.get("supersedes"),
    )


def _undisputed(resting: Sequence[SealedObject], read: Callable[[SealedObject], bytes]) -> tuple[SealedObject, ...]:
    """Leave out what was said twice at one revision in different words: it is asked or said again, never guessed."""
    said: dict[tuple[Role, int], set[bytes]] = {}
    for sealed in resting:
        if sealed.role in _SAID:
            said.setdefault((sealed.role, sealed.revision), set()).add(read(sealed))
    return tuple(sealed for sealed in resting if len(said.get((sealed.role, sealed.revision), ())) < 2)
