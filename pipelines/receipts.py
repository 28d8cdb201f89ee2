"""Receipts: how a document came, sealed beside it: stores and keys alone tell what the ledger knew of that."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from documents.document import DocumentId
from documents.lane import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The stack that a piece was cut from."""

    parent: DocumentId
    #: The stack's revision when it was cut: at a later one the piece is one no more.
    revision: int
    #: First and last of its pages, from 1.
    first_page: int
    last_page: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HandingOver:
    """One time that a document came."""

    feeder: str
    batch: str | None
    at: datetime
    #: Bytes of the original.
    size: int
    #: The file's name at the feeder. Empty for a piece: no feeder handed it over.
    file_name: str = field(default="", repr=False)
    #: How urgent it is. What an earlier release wrote does not say so, and was not an insurer's.
    lane: Lane = Lane.INBOX
    #: None unless it is a piece of a stack.
    origin: Origin | None = None


def receipt_to_json(handing: HandingOver) -> bytes:
    """Return a handing over as UTF-8 JSON, the form in which it rests sealed."""
    origin = handing.origin
    fields = {
        "feeder": handing.feeder,
        "batch": handing.batch,
        "at": handing.at.isoformat(),
        "size": handing.size,
        "file_name": handing.file_name,
        "lane": handing.lane.value,
        "origin": origin and [origin.parent, origin.revision, origin.first_page, origin.last_page],
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def receipt_from_json(content: bytes) -> HandingOver:
    """Return the handing over that UTF-8 JSON describes."""
    fields = json.loads(content)
    origin = fields["origin"]
    return HandingOver(
        feeder=fields["feeder"],
        batch=fields["batch"],
        at=datetime.fromisoformat(fields["at"]),
        size=fields["size"],
        file_name=fields["file_name"],
        lane=Lane(fields.get("lane", Lane.INBOX)),
        origin=origin and Origin(parent=origin[0], revision=origin[1], first_page=origin[2], last_page=origin[3]),
    )
