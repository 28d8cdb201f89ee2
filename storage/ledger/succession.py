"""Succession: which document stands in a record for an earlier one, kept true whenever either comes to rest or leaves.

A document says what it supersedes; whether it does follows from where both of them stand. Locks are taken from the
later document to the earlier one.
"""

from dataclasses import replace
from typing import Final

from sqlalchemy import BindParameter, and_, bindparam, select

from documents.action import Action
from documents.document import Document, DocumentId
from documents.event import Event
from documents.stage import Stage
from storage.ledger import trail
from storage.ledger.prepared import Prepared
from storage.ledger.schema import documents as table
from storage.ledger.session.interface import Reply
from storage.ledger.transaction import Transaction

_KEY: Final[BindParameter[str]] = bindparam("key")
#: What stands in the same record and is of the same feeder. Nothing stands beside a document that is nobody's.
_BESIDE: Final = and_(
    table.c.patient == bindparam("patient"),
    table.c.feeder == bindparam("feeder"),
    table.c.stage == Stage.STORED.value,
    table.c.id != _KEY,
)
_NEWEST_HEIR: Final = Prepared(
    select(table.c.id)
    .where(table.c.supersedes == _KEY, _BESIDE)
    .order_by(table.c.received_at.desc(), table.c.id.desc())
    .limit(1)
)
_KNOWN: Final = select(table.c.id, table.c.version, table.c.superseded_by).with_for_update()
_THE_FORMER: Final = _KNOWN.where(table.c.id == bindparam("former"))
_FORMER: Final = Prepared(_THE_FORMER)
_FORMER_BESIDE: Final = Prepared(_THE_FORMER.where(_BESIDE))
_SUPERSEDED: Final = Prepared(_KNOWN.where(table.c.superseded_by == _KEY))


def ask_heir(transaction: Transaction, document: Document) -> Reply | None:
    """Ask which document stands in the record for one that comes to rest there: see `heir_in`."""
    if document.stage is not Stage.STORED:
        return None
    return transaction.ask(_NEWEST_HEIR, **_place(document))


def heir_in(reply: Reply | None) -> DocumentId | None:
    """Return which document a reply to `ask_heir` tells of, if there is one.

    What supersedes a document may have come to rest before it: then that one stands in the record, and goes on to.
    """
    return next((DocumentId(found["id"]) for found in (reply.rows if reply else ())), None)


def hand_over(transaction: Transaction, before: Document | None, after: Document, event: Event) -> None:
    """Let the documents before a changed one stand in the record no more, or again; each has its event.

    Args:
        transaction: In which the document itself was written.
        before: What it was; None when it is new.
        after: What it is.
        event: What was done, and by whom.
    """
    if after.stage is Stage.STORED:
        if after.superseded_by is not None:
            _record(transaction, event, Action.SUPERSEDED, after.id, after.superseded_by)
        if after.supersedes is not None:
            _take_over(transaction, after, event)
    elif before is not None and before.stage is Stage.STORED:
        _give_back(transaction, before, event)


def _take_over(transaction: Transaction, latter: Document, event: Event) -> None:
    if transaction.row(_FORMER, former=latter.supersedes) is None:
        return
    # Looked at after the lock: whoever held it may have filed it, or moved it to another record.
    former = transaction.row(_FORMER_BESIDE, former=latter.supersedes, **_place(latter))
    heirs = _heirs(transaction, latter)
    # What stands for the latter stood for the former while the latter was away.
    if former is not None and former["superseded_by"] in heirs | {None} and former["id"] not in heirs:
        _write(transaction, former["id"], former["version"], latter.id)
        _record(transaction, event, Action.SUPERSEDED, former["id"], latter.id)


def _give_back(transaction: Transaction, leaving: Document, event: Event) -> None:
    """Let whatever stands for the leaving one stand for those before it; where nothing does, they stand again."""
    for former in transaction.rows(_SUPERSEDED, key=leaving.id):
        _write(transaction, former["id"], former["version"], leaving.superseded_by)
        if leaving.superseded_by is None:
            _record(transaction, event, Action.REINSTATED, former["id"], leaving.id)
        else:
            _record(transaction, event, Action.SUPERSEDED, former["id"], leaving.superseded_by)


def _heirs(transaction: Transaction, document: Document) -> set[str | None]:
    """Return what stands for a document, and for that one, and on: of two that replace one another, one stands."""
    found: set[str | None] = set()
    heir: str | None = document.superseded_by
    while heir is not None:
        found.add(heir)
        heir = transaction.run(select(table.c.superseded_by).where(table.c.id == heir)).scalar_one_or_none()
    return found


def _place(document: Document) -> dict[str, object]:
    """Return the values by which `_BESIDE` finds what stands beside a document."""
    return {"key": document.id, "patient": document.patient, "feeder": document.feeder}


def _write(transaction: Transaction, document: str, version: int, heir: DocumentId | None) -> None:
    changes = {"superseded_by": heir, "version": version + 1, "changed_at": transaction.now}
    transaction.run(table.update().where(table.c.id == document).values(**changes))


def _record(transaction: Transaction, event: Event, action: Action, document: str, other: DocumentId) -> None:
    trail.record(
        transaction, replace(event, action=action, document=DocumentId(document), detail=other, sealed_ground=None)
    )
