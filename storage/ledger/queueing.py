"""How due work is found: lane by lane, and in each lane feeder by feeder, so that one's backlog is no other's (P19)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import merge
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, not_, select

from documents.lane import Lane
from documents.work import Work
from storage.ledger import rows
from storage.ledger.instant import Instant
from storage.ledger.schema import work as table
from storage.ledger.transaction import Transaction

_UNSENT: Final = and_(table.c.sent_at.is_(None), not_(table.c.sleeping))
_SENT: Final = and_(table.c.sent_at.is_not(None), not_(table.c.sleeping))
_IN_LANE: Final = table.c.lane == bindparam("lane")
_OF_FEEDER: Final = and_(_IN_LANE, table.c.feeder == bindparam("feeder"))
_LATE: Final = bindparam("late", type_=Instant())
_DUE: Final = table.c.due_at <= bindparam("now", type_=Instant())


def _feeders(condition: ColumnElement[bool]) -> Select[tuple[str]]:
    """Return who has work in a lane: each found by one look into the index, however much work each has."""
    first = select(func.min(table.c.feeder).label("feeder")).where(_IN_LANE, condition)
    found = first.cte("feeders", recursive=True)
    after = select(func.min(table.c.feeder)).where(_IN_LANE, condition, table.c.feeder > found.c.feeder)
    found = found.union_all(select(after.scalar_subquery()).where(found.c.feeder.is_not(None)))
    return select(found.c.feeder).where(found.c.feeder.is_not(None))


def _soonest(condition: ColumnElement[bool], by: ColumnElement[datetime]) -> Select[Any]:
    columns = (table.c.document, table.c.part, table.c.due_at, table.c.lane)
    return select(*columns).where(_OF_FEEDER, condition).order_by(by).limit(bindparam("most"))


_WITH_UNSENT: Final = _feeders(_UNSENT)
_WITH_SENT: Final = _feeders(_SENT)
_NEW: Final = _soonest(and_(_UNSENT, _DUE), table.c.due_at)
_FORGOTTEN: Final = _soonest(and_(_SENT, _DUE, table.c.sent_at <= _LATE), table.c.sent_at)
_ON_THE_WAY: Final = select(func.count()).where(_OF_FEEDER, _SENT, table.c.sent_at > _LATE)
_LONGEST_UNSENT: Final = select(func.min(table.c.due_at)).where(_OF_FEEDER, _UNSENT)


def due(
    transaction: Transaction, limit: int, resend_after: timedelta, lane: Lane | None, quota: int | None
) -> list[Work]:
    """Return work whose time has come. See `Ledger.due`."""
    found = [
        queue
        for each in ([lane] if lane else Lane)
        for feeder in _feeders_in(transaction, each)
        if (queue := _queue(transaction, each, feeder, limit, resend_after, quota))
    ]
    # Each feeder's first before any feeder's second: whoever has much waits behind itself.
    ranked = merge(*([(rank, work[0], work[1]) for rank, work in queue] for queue in found), key=lambda item: item[:2])
    return [work for _, _, work in ranked][:limit]


def _feeders_in(transaction: Transaction, lane: Lane) -> Sequence[str]:
    feeders = {*transaction.run(_WITH_UNSENT, lane=lane.value).scalars()}
    return sorted(feeders | {*transaction.run(_WITH_SENT, lane=lane.value).scalars()})


def _queue(  # noqa: PLR0913, PLR0917  what `due` was asked, for one feeder
    transaction: Transaction, lane: Lane, feeder: str, limit: int, resend_after: timedelta, quota: int | None
) -> list[tuple[int, tuple[tuple[datetime, str, int], Work]]]:
    """Return one feeder's due work, the oldest first, each with its rank among all that is on its way."""
    which = {"lane": lane.value, "feeder": feeder}
    late = transaction.now - resend_after
    ahead: int = transaction.run(_ON_THE_WAY, **which, late=late).scalar_one() if quota is not None else 0
    most = limit if quota is None else min(limit, quota - ahead)
    if most <= 0:
        return []
    found = [
        *transaction.run(_NEW, **which, now=transaction.now, most=most).mappings(),
        *transaction.run(_FORGOTTEN, **which, now=transaction.now, late=late, most=most).mappings(),
    ]
    found.sort(key=lambda row: (row["due_at"], row["document"], row["part"]))
    return [
        (ahead + place, ((row["due_at"], row["document"], row["part"]), rows.work_from(row)))
        for place, row in enumerate(found[:most])
    ]


def unsent_since(transaction: Transaction, lane: Lane, feeder: str) -> datetime | None:
    """Return since when a feeder's oldest work has been waiting to be sent. See `Oversight.unsent_since`."""
    oldest: datetime | None = transaction.run(_LONGEST_UNSENT, lane=lane.value, feeder=feeder).scalar()
    return oldest
