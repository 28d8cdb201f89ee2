"""How a document moves on: every change is a compare-and-set, fenced by the claim under which it is made.

Locks are always taken in one order, the document's row first and its work's rows after, so that changes of one document
queue up and never deadlock. Handing out work (`storage.ledger.leases`) locks one row of work and nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Final

from sqlalchemy import BindParameter, bindparam, case, select, update

from documents.document import Document, DocumentId
from documents.errors import LeaseLost, WrongStage
from documents.event import Event, Passed
from documents.stage import SUCCESSORS, WORKABLE, Stage
from documents.work import Claim
from storage.ledger import leases, rows, schema, succession, trail
from storage.ledger.prepared import Prepared, Row
from storage.ledger.schema import documents as table
from storage.ledger.session.interface import Reply
from storage.ledger.transaction import Transaction

_KEY: Final[BindParameter[str]] = bindparam("key")
_UNDER: Final[BindParameter[int]] = bindparam("held_under")
_THIS: Final = update(table).where(table.c.id == _KEY)
_THIS_VERSION: Final = _THIS.where(table.c.version == bindparam("held_version"))
_LOCKED: Final = Prepared(
    select(table.c.id, table.c.stage, table.c.version, table.c.attempts, table.c.seconds, table.c.fence)
    .where(table.c.id == _KEY)
    .with_for_update()
)
_CHANGED: Final = Prepared(_THIS)
_MOVED: Final = Prepared(_THIS_VERSION)
_RAISED: Final = Prepared(_THIS.where(table.c.fence < _UNDER).values(fence=_UNDER))
_ENDED: Final = Prepared(_THIS_VERSION.values(fence=case((table.c.fence < _UNDER, _UNDER), else_=table.c.fence)))
_PARTS_FORGOTTEN: Final = Prepared(schema.parts.delete().where(schema.parts.c.document == _KEY))
_WORK: Final = schema.work.c
_RETIRED: Final = Prepared(
    schema.work.delete().where(_WORK.document == _KEY).returning(_WORK.part, _WORK.fence, _WORK.lease_owner)
)


def move(  # noqa: PLR0913, PLR0917  one change, all of which is told by its caller
    transaction: Transaction,
    claim: Claim,
    before: Document,
    after: Document,
    event: Event,
    passed: Passed = (),
) -> Document:
    """Replace a document's row and go on with its work or end it. See `Ledger.move`."""
    _allow(before.stage, after, [stage for stage, _ in passed])
    moved = _advanced(transaction, before, after)
    # Its version says that the row is as its worker knows it; to change it is to lock it.
    way = _MOVED if moved.stage in WORKABLE else _ENDED
    named = {"held_version": before.version, "held_under": claim.fence}
    transaction.require(way, LeaseLost(moved.id), key=moved.id, **named, **rows.document_row(moved))
    asked = succession.ask_heir(transaction, moved)
    if moved.stage in WORKABLE:
        leases.change(transaction, claim, attempts=0, claims=0)
    else:
        _end(transaction, claim)
    return _complete(transaction, before, moved, asked, [*(told for _, told in passed), event])


def reopen(transaction: Transaction, before: Document, after: Document, event: Event) -> Document:
    """Put a settled document back to work. See `Ledger.reopen`."""
    locked = lock(transaction, before.id, before.version)
    if after.stage is not Stage(locked["stage"]):
        _allow(Stage(locked["stage"]), after)
    return _renewed(transaction, locked, before, after, event)


def withdraw(transaction: Transaction, before: Document, event: Event) -> None:
    """End a piece of a stack with its work, wherever it stands. See `Ledger.join`."""
    renew(transaction, before, replace(before, stage=Stage.WITHDRAWN, patient=None, reason=None), event)


def erase(transaction: Transaction, before: Document, event: Event) -> Document:
    """End a document with its work, wherever it stands, and forget whose and what it was. See `Ledger.erase`."""
    after = replace(
        before,
        stage=Stage.ERASED,
        patient=None,
        type_code=None,
        theme=None,
        confidence=None,
        reason=Stage.ERASED.value,
        died_in=None,
    )
    return renew(transaction, before, after, event)


def renew(transaction: Transaction, before: Document, after: Document, event: Event) -> Document:
    """Replace a document's row and all of its work, whatever stage follows which.

    Raises:
        LeaseLost: The version has moved on. Nothing is changed.
    """
    return _renewed(transaction, lock(transaction, before.id, before.version), before, after, event)


def _renewed(transaction: Transaction, locked: Row, before: Document, after: Document, event: Event) -> Document:
    """Replace a document's row and all of its work."""
    moved = _advanced(transaction, before, after)
    fence = _retire(transaction, locked)
    if moved.revision != before.revision:
        # Parts that were done at an earlier revision would pass for done at this one.
        transaction.change(_PARTS_FORGOTTEN, key=moved.id)
    transaction.change(_CHANGED, key=moved.id, fence=fence, **rows.document_row(moved))
    moved = _complete(transaction, before, moved, succession.ask_heir(transaction, moved), [event])
    if moved.stage in WORKABLE:
        own = rows.work_row(moved, due_at=transaction.now, fence=fence)
        transaction.insert(schema.work, own)
    return moved


def failed(  # noqa: PLR0913, PLR0917  one change, all of which is told by its caller
    transaction: Transaction, claim: Claim, code: str, retry_at: datetime | None, event: Event, release: str | None
) -> None:
    """Record a failed attempt; let the work wait for its retry, or the document die. See `Ledger.failed`."""
    document = claim.work.document
    locked = lock(transaction, document)
    count = leases.attempts(transaction, claim) + 1
    leases.free(transaction, claim, due_at=retry_at or transaction.now, attempts=count)
    attempt = {
        "document": document,
        "part": rows.part_number(claim.work),
        "fence": claim.fence,
        "stage": locked["stage"],
        "at": transaction.now,
        "code": code,
        "owner": claim.owner,
        "release": release,
    }
    transaction.insert(schema.attempts, attempt)
    changes: dict[str, object] = {"attempts": max(locked["attempts"], count)}
    if retry_at is None:
        changes |= {"stage": Stage.DEAD.value, "died_in": locked["stage"], "reason": code}
        changes["fence"] = _retire(transaction, locked)
    touch(transaction, locked, **changes)
    trail.record(transaction, event)


def lock(transaction: Transaction, document: DocumentId, version: int | None = None) -> Row:
    """Return what a change must know of a document's row, locked until the transaction ends.

    Raises:
        LeaseLost: There is no such row, or its version is another.
    """
    row = transaction.row(_LOCKED, key=document)
    if row is None or version not in {None, row["version"]}:
        raise LeaseLost(document)
    return row


def touch(transaction: Transaction, locked: Row, **changes: object) -> None:
    """Change some columns of a locked document's row, which makes it a new version."""
    changes |= {"version": locked["version"] + 1, "changed_at": transaction.now}
    transaction.change(_CHANGED, key=locked["id"], **changes)


def _allow(stage: Stage, after: Document, passed: Iterable[Stage] = ()) -> None:
    """Check that a document may go from the stage in which it is to another, through those that it passed.

    Raises:
        WrongStage: `documents.stage.SUCCESSORS` knows no such way.
    """
    for here, there in pairwise([stage, *passed, after.stage]):
        if there not in SUCCESSORS[here]:
            raise WrongStage(after.id)


def _advanced(transaction: Transaction, before: Document, after: Document) -> Document:
    return replace(after, version=before.version + 1, changed_at=transaction.now, attempts=0, superseded_by=None)


def _complete(
    transaction: Transaction, before: Document, after: Document, asked: Reply | None, events: Sequence[Event]
) -> Document:
    """Write what belongs to a document's row that was just changed; return it as it stands among its editions.

    Whoever files another edition of it waits for that row: only since it was changed may one ask which of them stands.
    """
    heir = succession.heir_in(asked)
    if heir is not None:
        after = replace(after, superseded_by=heir)
        transaction.change(_CHANGED, key=after.id, superseded_by=heir)
    known = frozenset(before.objects)
    added = [sealed for sealed in after.objects if sealed not in known]
    transaction.insert_new(schema.objects, rows.object_rows(after.id, added))
    trail.record(transaction, *events)
    succession.hand_over(transaction, before, after, events[-1])
    return after


def _end(transaction: Transaction, claim: Claim) -> None:
    """Remove the work that a claim holds, and whatever else is left of its document's.

    Raises:
        LeaseLost: It is held no longer.
    """
    key = claim.work.document
    gone = [(row["part"], row["fence"], row["lease_owner"]) for row in transaction.rows(_RETIRED, key=key)]
    if (rows.part_number(claim.work), claim.fence, claim.owner) not in gone:
        raise LeaseLost(key)
    highest = max(fence for _, fence, _ in gone)
    if highest > claim.fence:
        transaction.change(_RAISED, key=key, held_under=highest)


def _retire(transaction: Transaction, locked: Row) -> int:
    """Remove a document's work and return the highest fence that any of its work has had."""
    fences: list[int] = [locked["fence"], *(row["fence"] for row in transaction.rows(_RETIRED, key=locked["id"]))]
    return max(fences)
