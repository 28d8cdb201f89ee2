"""How documents, their objects and events stand in rows, and how they come back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from documents.action import Action
from documents.actor import Actor, ActorRole
from documents.document import Document, DocumentId, PatientRef, SealedObject
from documents.event import Event
from documents.lane import Lane
from documents.role import Role
from documents.stage import Stage
from documents.work import Work
from storage.audit.entry import Entry
from storage.ledger import schema
from storage.ledger.prepared import Row
from storage.ledger.transaction import Transaction

_CODES = ("reading", "partial", "type_code", "theme", "confidence", "reason", "attempts", "seconds")
_FACTS = ("feeder", "batch", "version", "revision", "size", "received_at", "changed_at", "media_type", "pages")
_PLACE = ("first_page", "last_page")
_ENTRY = ("at", "role", "actor", "action", "document", "detail", "sealed_ground", "scribe", "line", "mac")
#: Ids in one statement: far below what any database accepts as parameters.
_AT_ONCE = 1000
_OBJECTS: Final = (
    select(schema.objects)
    .where(schema.objects.c.document.in_(bindparam("keys", expanding=True)))
    .order_by(schema.objects.c.role, schema.objects.c.part, schema.objects.c.revision)
)
#: An object's columns beside its document's, some of which are called alike.
_BESIDE: Final = [column.label(f"object_{column.name}") for column in schema.objects.c]
#: A document with its objects, a row for each; one statement sees both at the same moment.
WITH_OBJECTS: Final = (
    select(schema.documents, *_BESIDE)
    .outerjoin(schema.objects, schema.objects.c.document == schema.documents.c.id)
    .order_by(schema.objects.c.role, schema.objects.c.part, schema.objects.c.revision)
)
_FORMER_KINDS = {"worker": ActorRole.WORKER, "feeder": ActorRole.FEEDER}


def document_row(document: Document) -> dict[str, Any]:
    """Return a document's columns, without its objects and its fence."""
    row = {name: getattr(document, name) for name in (*_FACTS, *_PLACE, *_CODES)}
    return row | {
        "id": document.id,
        "parent": document.parent,
        "supersedes": document.supersedes,
        "superseded_by": document.superseded_by,
        "patient": document.patient,
        "stage": document.stage.value,
        "lane": document.lane.value,
        "died_in": document.died_in.value if document.died_in else None,
    }


def object_rows(document: DocumentId, sealed: Iterable[SealedObject]) -> list[dict[str, Any]]:
    """Return the rows of a document's objects."""
    return [
        {
            "document": document,
            "role": o.role.value,
            "part": o.part,
            "revision": o.revision,
            "size": o.size,
            "digest": o.digest,
        }
        for o in sealed
    ]


def part_number(work: Work) -> int:
    """Return the number under which a piece of work stands among its document's."""
    return schema.OWN_WORK if work.part is None else work.part


def work_row(document: Document, part: int | None = None, *, due_at: datetime, fence: int) -> dict[str, Any]:
    """Return the columns of a piece of work that nobody holds yet; its first claim is above the fence."""
    return {
        "document": document.id,
        "part": schema.OWN_WORK if part is None else part,
        "lane": document.lane.value,
        "feeder": document.feeder,
        "due_at": due_at,
        "sleeping": False,
        "fence": fence,
        "attempts": 0,
        "claims": 0,
    }


def work_from(row: Row) -> Work:
    """Return the piece of work of a row."""
    part = None if row["part"] == schema.OWN_WORK else row["part"]
    return Work(document=DocumentId(row["document"]), part=part, lane=Lane(row["lane"]))


def entry_row(entry: Entry) -> dict[str, Any]:
    """Return an entry's columns; its place is given by the database."""
    return {name: getattr(entry, name) for name in _ENTRY}


def entry_from(row: Row) -> Entry:
    """Return the entry of a row."""
    return Entry(id=row["id"], **{name: row[name] for name in _ENTRY})


def event_from(row: Row) -> Event:
    """Return the event of a row."""
    return Event(
        at=row["at"],
        actor=_actor_from(row),
        action=Action(row["action"]),
        document=row["document"],
        detail=row["detail"],
        sealed_ground=row["sealed_ground"],
    )


def _actor_from(row: Row) -> Actor:
    if row["role"] is not None:
        return Actor(role=ActorRole(row["role"]), identity=row["actor"])
    # Rows from before roles were kept say it in front of the identity; whoever was a person was at a command line.
    kind, _, identity = row["actor"].partition(":")
    return Actor(role=_FORMER_KINDS.get(kind, ActorRole.OPERATOR), identity=identity)


def documents_from(transaction: Transaction, rows: Sequence[Row]) -> list[Document]:
    """Return the documents of rows, with their objects, which one more query fetches for each thousand."""
    held: dict[str, list[SealedObject]] = {row["id"]: [] for row in rows}
    ids = list(held)
    for start in range(0, len(ids), _AT_ONCE):
        for row in transaction.run(_OBJECTS, keys=ids[start : start + _AT_ONCE]).mappings():
            held[row["document"]].append(_object_from(row))
    return [_document_from(row, tuple(held[row["id"]])) for row in rows]


def document_from(found: Sequence[Row]) -> Document:
    """Return the document of the rows of `WITH_OBJECTS`, of which there is at least one."""
    held = [row for row in found if row["object_document"] is not None]
    return _document_from(found[0], tuple(_object_from(row, "object_") for row in held))


def _object_from(row: Row, called: str = "") -> SealedObject:
    return SealedObject(
        role=Role(row[f"{called}role"]),
        part=row[f"{called}part"],
        revision=row[f"{called}revision"],
        size=row[f"{called}size"],
        digest=row[f"{called}digest"],
    )


def _document_from(row: Row, sealed: tuple[SealedObject, ...]) -> Document:
    return Document(
        id=DocumentId(row["id"]),
        parent=DocumentId(row["parent"]) if row["parent"] else None,
        supersedes=DocumentId(row["supersedes"]) if row["supersedes"] else None,
        superseded_by=DocumentId(row["superseded_by"]) if row["superseded_by"] else None,
        stage=Stage(row["stage"]),
        lane=Lane(row["lane"]),
        died_in=Stage(row["died_in"]) if row["died_in"] else None,
        patient=PatientRef(row["patient"]) if row["patient"] else None,
        objects=sealed,
        **{name: row[name] for name in (*_FACTS, *_PLACE, *_CODES)},
    )
