"""Prepared statements tell and take what SQLAlchemy's own execution would, on each database."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Double,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    select,
    update,
)

from storage.ledger import database
from storage.ledger.instant import Instant
from storage.ledger.prepared import Prepared
from storage.ledger.session.interface import Purpose, Session
from storage.ledger.transaction import session

KINDS: Final = Table(
    "kinds",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(8)),
    Column("at", Instant),
    Column("yes", Boolean),
    Column("share", Double),
    Column("body", LargeBinary),
)
AT: Final = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)
ROW: Final[Mapping[str, Any]] = {"id": 1, "name": "é", "at": AT, "yes": True, "share": 0.1, "body": b"\x00\xff"}
NOTHING: Final[Mapping[str, Any]] = {"id": 2, "name": None, "at": None, "yes": None, "share": None, "body": None}
INSERTED: Final = Prepared(KINDS.insert().inline())
ALL: Final = Prepared(select(KINDS).order_by(KINDS.c.id))


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Give an engine on each database in turn, with a table of every kind of column."""
    made = database.open_engine(url)
    KINDS.create(made)
    yield made
    made.dispose()


@pytest.fixture
def opened(engine: Engine) -> Iterator[Session]:
    """Give a session that writes."""
    with session(engine, Purpose.WRITING) as opened:
        yield opened


def test_every_kind_of_column_is_told_as_sqlalchemy_tells_it(opened: Session) -> None:
    """Moments, truths, fractions, bytes and nothing at all go in and come out unchanged."""
    opened.send(INSERTED, ROW, NOTHING)
    assert opened.send(ALL, {}).rows == [ROW, NOTHING]
    assert opened.connection.execute(select(KINDS).order_by(KINDS.c.id)).mappings().all() == [ROW, NOTHING]


def test_one_statement_takes_whatever_columns_it_is_given(opened: Session) -> None:
    """What is changed follows from the values, as with SQLAlchemy; where they are compared they have other names."""
    opened.send(INSERTED, ROW)
    changed = Prepared(update(KINDS).where(KINDS.c.id == bindparam("key"), KINDS.c.yes).values(share=0.5))
    assert opened.send(changed, {"key": 1, "name": "b"}).count == 1
    assert opened.send(changed, {"key": 1, "at": AT + timedelta(days=1), "yes": False}).count == 1
    assert opened.send(changed, {"key": 1, "name": "c"}).count == 0
    assert opened.send(ALL, {}).rows == [
        {**ROW, "name": "b", "at": AT + timedelta(days=1), "yes": False, "share": 0.5},
    ]


def test_what_a_change_returns_is_told(opened: Session) -> None:
    """A statement may change rows and tell of them in one."""
    opened.send(INSERTED, ROW, NOTHING)
    gone = Prepared(KINDS.delete().where(KINDS.c.id == bindparam("key")).returning(KINDS.c.at, KINDS.c.id))
    assert opened.send(gone, {"key": 1}).rows == [{"at": AT, "id": 1}]
    assert opened.send(gone, {"key": 1}).rows == []


def test_rows_that_go_together_are_counted_together(opened: Session) -> None:
    """Several rows of the same columns are one call."""
    assert opened.send(INSERTED, *({"id": number} for number in range(5))).count == 5
