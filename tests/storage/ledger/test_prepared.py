"""Prepared statements tell and take what SQLAlchemy's own execution would, on each database."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Double,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.ledger import database
from storage.ledger.instant import Instant
from storage.ledger.prepared import Prepared

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
def connection(engine: Engine) -> Iterator[Connection]:
    """Give a connection with a transaction open."""
    with engine.begin() as opened:
        yield opened


def test_every_kind_of_column_is_told_as_sqlalchemy_tells_it(connection: Connection) -> None:
    """Moments, truths, fractions, bytes and nothing at all go in and come out unchanged."""
    INSERTED.change(connection, ROW, NOTHING)
    assert ALL.rows(connection, {}) == [ROW, NOTHING]
    assert connection.execute(select(KINDS).order_by(KINDS.c.id)).mappings().all() == [ROW, NOTHING]


def test_one_statement_takes_whatever_columns_it_is_given(connection: Connection) -> None:
    """What is changed follows from the values, as with SQLAlchemy; where they are compared they have other names."""
    INSERTED.change(connection, ROW)
    changed = Prepared(update(KINDS).where(KINDS.c.id == bindparam("key"), KINDS.c.yes).values(share=0.5))
    assert changed.change(connection, {"key": 1, "name": "b"}) == 1
    assert changed.change(connection, {"key": 1, "at": AT + timedelta(days=1), "yes": False}) == 1
    assert changed.change(connection, {"key": 1, "name": "c"}) == 0
    assert ALL.rows(connection, {}) == [
        {**ROW, "name": "b", "at": AT + timedelta(days=1), "yes": False, "share": 0.5},
    ]


def test_what_a_change_returns_is_told(connection: Connection) -> None:
    """A statement may change rows and tell of them in one."""
    INSERTED.change(connection, ROW, NOTHING)
    gone = Prepared(KINDS.delete().where(KINDS.c.id == bindparam("key")).returning(KINDS.c.at, KINDS.c.id))
    assert gone.rows(connection, {"key": 1}) == [{"at": AT, "id": 1}]
    assert gone.rows(connection, {"key": 1}) == []


def test_rows_that_go_together_are_counted_together(connection: Connection) -> None:
    """Several rows of the same columns are one call."""
    assert INSERTED.change(connection, *({"id": number} for number in range(5))) == 5


def test_an_error_of_the_driver_is_told_as_sqlalchemys(connection: Connection) -> None:
    """Whoever catches SQLAlchemy's errors catches these; they quote no value."""
    INSERTED.change(connection, ROW)
    with pytest.raises(IntegrityError) as caught:
        INSERTED.change(connection, {**ROW, "name": "canary"})
    assert "canary" not in str(caught.value)
    connection.rollback()


def test_a_connection_that_was_cut_is_used_no_more(ledger_on_postgresql: str) -> None:
    """Its server is told to end it, as a restart does; whoever comes next gets another."""
    engine, other = database.open_engine(ledger_on_postgresql), database.open_engine(ledger_on_postgresql)
    KINDS.create(engine)
    with engine.connect() as connection:
        number = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with other.begin() as killer:
            killer.execute(text("SELECT pg_terminate_backend(:number, 10000)"), {"number": number})
        with pytest.raises(OperationalError) as caught:
            ALL.rows(connection, {})
    assert caught.value.connection_invalidated
    with engine.connect() as connection:
        assert ALL.rows(connection, {}) == []
    engine.dispose()
    other.dispose()
