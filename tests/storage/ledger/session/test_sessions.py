"""Sessions on each database: what nobody waits for goes along, and whatever fails leaves nothing."""

import signal
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import pytest
from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, Table, bindparam, func, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, PendingRollbackError, ProgrammingError

from storage.ledger import database
from storage.ledger.prepared import Prepared
from storage.ledger.session.interface import Purpose
from storage.ledger.transaction import session
from tests.storage.ledger.cutting import cut

THINGS: Final = Table("things", MetaData(), Column("id", Integer, primary_key=True), Column("body", LargeBinary))
INSERTED: Final = Prepared(THINGS.insert().inline())
CHANGED: Final = Prepared(update(THINGS).where(THINGS.c.id == bindparam("key")))
ALL: Final = Prepared(select(THINGS.c.id).order_by(THINGS.c.id))
SLEEP: Final = Prepared(select(func.pg_sleep(bindparam("seconds", type_=Integer())).label("slept")))
BACKEND: Final = text("SELECT pg_backend_pid()")


class Alarmed(Exception):
    """What a time limit raises, wherever its process stands."""


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """Give an engine on each database in turn, with a table."""
    yield from _with_table(url)


@pytest.fixture
def postgresql_engine(ledger_on_postgresql: str) -> Iterator[Engine]:
    """Give an engine on PostgreSQL, with a table."""
    yield from _with_table(ledger_on_postgresql)


def _with_table(url: str) -> Iterator[Engine]:
    made = database.open_engine(url)
    THINGS.create(made)
    yield made
    made.dispose()


def kept(engine: Engine) -> list[Any]:
    """Return what lasts."""
    with session(engine, Purpose.ALONE) as opened:
        return [row["id"] for row in opened.send(ALL, {}).rows]


def make_and_fail(engine: Engine) -> None:
    """Send what nobody waits for, and raise."""
    with session(engine, Purpose.WRITING) as opened:
        opened.send(INSERTED, {"id": 1})
        raise Alarmed


def make_twice(engine: Engine, *more: int) -> None:
    """Send one row twice, which is one time too many, and some others after; look at none."""
    with session(engine, Purpose.WRITING) as opened:
        for number in (1, 1, *more):
            opened.send(INSERTED, {"id": number, "body": b"canary"})


def test_what_nobody_looks_at_lasts_too(engine: Engine) -> None:
    """To commit is to wait for all."""
    with session(engine, Purpose.WRITING) as opened:
        opened.send(INSERTED, {"id": 1})
        opened.send(INSERTED, {"id": 2}, {"id": 3})
    assert kept(engine) == [1, 2, 3]


def test_a_statement_alone_lasts_without_a_transaction(engine: Engine) -> None:
    """Whether somebody looks at it or not."""
    with session(engine, Purpose.ALONE) as opened:
        opened.send(INSERTED, {"id": 1})
        assert opened.send(INSERTED, {"id": 2}).count == 1
    with session(engine, Purpose.ALONE) as opened:
        opened.send(INSERTED, {"id": 3})
    assert kept(engine) == [1, 2, 3]


def test_a_reply_may_be_looked_at_late(engine: Engine) -> None:
    """It says what was true when its statement was run, in the order in which they were sent."""
    with session(engine, Purpose.WRITING) as opened:
        inserted = opened.send(INSERTED, {"id": 1}, {"id": 2})
        before = opened.send(ALL, {})
        missed = opened.send(CHANGED, {"key": 9, "body": b""})
        opened.send(INSERTED, {"id": 3})
        after = opened.send(ALL, {})
        assert [row["id"] for row in after.rows] == [1, 2, 3]
        assert [row["id"] for row in before.rows] == [1, 2]
        assert (inserted.count, missed.count) == (2, 0)


def test_what_is_raised_within_leaves_nothing(engine: Engine) -> None:
    """Neither what was sent nor what was waiting to be."""
    with pytest.raises(Alarmed):
        make_and_fail(engine)
    assert kept(engine) == []


def test_the_error_of_what_nobody_looked_at_is_told_and_leaves_nothing(engine: Engine) -> None:
    """It is told at the latest when the transaction is to last, as SQLAlchemy's, and quotes no value."""
    with pytest.raises(IntegrityError) as caught:
        make_twice(engine, 2, 3)
    assert "canary" not in str(caught.value)
    assert kept(engine) == []


def test_an_error_is_told_to_whoever_looks_next(engine: Engine) -> None:
    """Whatever the statement that they look at the reply to."""

    def look() -> None:
        with session(engine, Purpose.WRITING) as opened:
            opened.send(INSERTED, {"id": 1}, {"id": 1})
            assert opened.send(ALL, {}).rows
            raise Alarmed

    with pytest.raises(IntegrityError):
        look()
    assert kept(engine) == []


def test_statements_of_both_kinds_are_of_one_transaction(engine: Engine) -> None:
    """What SQLAlchemy runs sees what was sent before it, and goes when that goes."""

    def mix() -> None:
        with session(engine, Purpose.WRITING) as opened:
            opened.send(INSERTED, {"id": 1})
            assert opened.connection.execute(select(func.count()).select_from(THINGS)).scalar_one() == 1
            opened.connection.execute(THINGS.insert(), {"id": 2})
            assert [row["id"] for row in opened.send(ALL, {}).rows] == [1, 2]
            opened.send(INSERTED, {"id": 2})

    with pytest.raises(IntegrityError):
        mix()
    assert kept(engine) == []
    with session(engine, Purpose.WRITING) as opened:
        opened.connection.execute(THINGS.insert(), {"id": 3})
    assert kept(engine) == [3]


def test_what_must_change_a_row_and_does_is_like_any_other(engine: Engine) -> None:
    """It lasts with what was sent around it."""
    with session(engine, Purpose.WRITING) as opened:
        opened.send(INSERTED, {"id": 1})
        opened.require(CHANGED, {"key": 1, "body": b"new"}, Alarmed())
        opened.send(INSERTED, {"id": 2})
    with session(engine, Purpose.ALONE) as opened:
        opened.require(CHANGED, {"key": 2, "body": b"other"}, Alarmed())
    with engine.connect() as connection:
        assert connection.execute(select(THINGS.c.body).order_by(THINGS.c.id)).scalars().all() == [b"new", b"other"]


@pytest.mark.parametrize("purpose", [Purpose.WRITING, Purpose.ALONE])
def test_what_must_change_a_row_and_changes_none_fails_with_all_after_it(engine: Engine, purpose: Purpose) -> None:
    """Compare-and-set without a wait: whoever was overtaken leaves nothing, whether they look or not."""

    def overtaken() -> None:
        with session(engine, purpose) as opened:
            opened.require(CHANGED, {"key": 9, "body": b""}, Alarmed("overtaken"))
            opened.send(INSERTED, {"id": 1})

    for _ in range(2):
        with pytest.raises(Alarmed, match="overtaken"):
            overtaken()
    assert kept(engine) == []


def test_what_must_change_a_row_may_fail_otherwise(engine: Engine) -> None:
    """What is told is what happened first."""

    def fail() -> None:
        with session(engine, Purpose.WRITING) as opened:
            opened.send(INSERTED, {"id": 1}, {"id": 1})
            opened.require(CHANGED, {"key": 9, "body": b""}, Alarmed())

    with pytest.raises(IntegrityError):
        fail()
    assert kept(engine) == []


def test_much_goes_at_once(engine: Engine) -> None:
    """More than any buffer between here and the server holds, either way."""
    with session(engine, Purpose.WRITING) as opened:
        opened.send(INSERTED, *({"id": number, "body": bytes(3000)} for number in range(3000)))
        replies = [opened.send(ALL, {}) for _ in range(30)]
        assert all(len(reply.rows) == 3000 for reply in replies)


def test_what_failed_unheard_cannot_be_committed(postgresql_engine: Engine) -> None:
    """The server would answer as if nothing was wrong."""

    def swallow() -> None:
        with session(postgresql_engine, Purpose.WRITING) as opened, suppress(IntegrityError):
            assert opened.send(INSERTED, {"id": 1}, {"id": 1}).count

    with pytest.raises(PendingRollbackError):
        swallow()
    assert kept(postgresql_engine) == []


def test_what_failed_unheard_in_sqlalchemys_hands_cannot_be_committed(postgresql_engine: Engine) -> None:
    """Nor what it was cut from."""

    def swallow() -> None:
        with session(postgresql_engine, Purpose.WRITING) as opened, suppress(IntegrityError):
            opened.send(INSERTED, {"id": 1})
            opened.connection.execute(THINGS.insert(), {"id": 1})

    def be_cut() -> None:
        with session(postgresql_engine, Purpose.WRITING) as opened, suppress(OperationalError):
            opened.send(INSERTED, {"id": 1})
            cut(postgresql_engine, opened.connection.execute(BACKEND).scalar_one())
            opened.connection.execute(THINGS.insert(), {"id": 2})

    for fail in (swallow, be_cut):
        with pytest.raises(PendingRollbackError):
            fail()
    assert kept(postgresql_engine) == []


def test_a_connection_that_was_cut_is_told_and_used_no_more(postgresql_engine: Engine) -> None:
    """P2: nothing of its transaction lasts; whoever comes next gets another."""

    def be_cut() -> None:
        with session(postgresql_engine, Purpose.WRITING) as opened:
            opened.send(INSERTED, {"id": 1})
            cut(postgresql_engine, opened.connection.execute(BACKEND).scalar_one())
            opened.send(INSERTED, {"id": 2})

    with pytest.raises(OperationalError) as caught:
        be_cut()
    assert caught.value.connection_invalidated
    assert kept(postgresql_engine) == []


def test_a_connection_that_was_cut_unheard_cannot_be_committed_on(postgresql_engine: Engine) -> None:
    """Whoever swallows the error is told again; the next connection prepares its statements anew."""

    def swallow() -> None:
        with session(postgresql_engine, Purpose.WRITING) as opened, suppress(OperationalError):
            opened.send(INSERTED, {"id": 1})
            cut(postgresql_engine, opened.connection.execute(BACKEND).scalar_one())
            assert opened.send(INSERTED, {"id": 2}).count

    for _ in range(2):
        with pytest.raises(PendingRollbackError):
            swallow()
    assert kept(postgresql_engine) == []


def test_a_time_limit_in_the_middle_of_a_wait_leaves_no_answer_to_others(postgresql_engine: Engine) -> None:
    """Whoever comes next gets their own answer: the connection on which one is still to come is given up."""

    def alarm(*_: object) -> None:
        raise Alarmed

    def wait() -> None:
        with session(postgresql_engine, Purpose.WRITING) as opened:
            opened.send(INSERTED, {"id": 1})
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            assert opened.send(SLEEP, {"seconds": 2}).rows

    before = signal.signal(signal.SIGALRM, alarm)
    with pytest.raises(Alarmed):
        wait()
    signal.signal(signal.SIGALRM, before)
    assert kept(postgresql_engine) == []


def test_what_the_server_forgot_is_prepared_anew(postgresql_engine: Engine) -> None:
    """A pooler or an operator may discard what a connection has prepared: one transaction fails, to be tried again."""
    assert kept(postgresql_engine) == []
    with postgresql_engine.connect() as connection:
        connection.execute(text("DEALLOCATE ALL"))
    with pytest.raises(ProgrammingError):
        kept(postgresql_engine)
    assert kept(postgresql_engine) == []


def test_what_is_prepared_outlives_a_transaction_that_failed(postgresql_engine: Engine) -> None:
    """The driver forgets its own statements, and makes the server forget all, where it ends one: it does not."""

    def fail() -> None:
        with session(postgresql_engine, Purpose.WRITING) as opened:
            assert opened.send(ALL, {}).rows == []
            for _ in range(8):
                opened.connection.execute(select(THINGS.c.id))
            raise Alarmed

    for _ in range(3):
        with pytest.raises(Alarmed):
            fail()
        assert kept(postgresql_engine) == []
