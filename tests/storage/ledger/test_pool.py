"""The pool of connections: one handed back clean is at hand for whoever comes next, and none that was cut is lent."""

import math
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import OperationalError

from storage.ledger import database, pool
from storage.ledger.prepared import Prepared
from storage.ledger.session.interface import Purpose
from storage.ledger.transaction import session
from tests.storage.ledger.cutting import cut

BACKEND = Prepared(select(func.pg_backend_pid().label("number")))


@pytest.fixture
def engine(ledger_on_postgresql: str) -> Iterator[Engine]:
    """Give an engine on PostgreSQL."""
    made = database.open_engine(ledger_on_postgresql)
    yield made
    made.dispose()


def backend(engine: Engine, purpose: Purpose = Purpose.WRITING) -> int:
    """Return the number of the server's process behind the connection that one is lent."""
    with session(engine, purpose) as opened:
        number: int = opened.send(BACKEND, {}).rows[0]["number"]
    return number


def several(engine: Engine, count: int) -> set[int]:
    """Return the processes behind connections that are lent at one time, and handed back."""
    with ExitStack() as stack:
        lent = [stack.enter_context(session(engine, Purpose.ALONE)) for _ in range(count)]
        return {opened.send(BACKEND, {}).rows[0]["number"] for opened in lent}


@pytest.mark.parametrize("purpose", Purpose)
def test_one_that_was_handed_back_clean_is_lent_next(engine: Engine, purpose: Purpose) -> None:
    """Whatever it was used for."""
    first = backend(engine, purpose)
    assert {backend(engine, other) for other in Purpose} == {first}


def test_one_whose_transaction_failed_is_clean_again(engine: Engine) -> None:
    """Its transaction was rolled back: whoever comes next is in none of it."""
    first = backend(engine)
    with suppress(ZeroDivisionError), session(engine, Purpose.WRITING) as opened:
        opened.send(BACKEND, {})
        opened.settle()
        raise ZeroDivisionError
    with session(engine, Purpose.ALONE) as opened:
        assert opened.send(BACKEND, {}).rows[0]["number"] == first
        assert opened.connection.execute(text("SELECT pg_current_xact_id_if_assigned()")).scalar() is None


def test_more_than_are_kept_are_lent_and_closed(engine: Engine) -> None:
    """A storm leaves no more connections open than SQLAlchemy keeps."""
    assert len(several(engine, 12)) == 12
    count = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    deadline = time.monotonic() + 30
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # The server takes its time to end those that hung up; within a transaction it would say the same for ever.
        while connection.execute(count).scalar_one() > 10:
            assert time.monotonic() < deadline, "more are open than are kept"
            time.sleep(0.02)


def test_those_that_were_idle_while_the_server_restarted_cost_nobody_their_work(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P2: the first that does not answer takes the others with it."""
    before = several(engine, 3)
    cut(engine, *before)
    monkeypatch.setattr(pool, "_BELIEVED", 0.0)
    assert not several(engine, 3) & before


def test_one_that_has_just_answered_is_believed(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """To ask it would be a round trip for each transaction; if it was cut since, whoever has it is told."""
    monkeypatch.setattr(pool, "_BELIEVED", math.inf)
    cut(engine, backend(engine))
    with pytest.raises(OperationalError):
        backend(engine)
    assert backend(engine)


def test_no_child_inherits_one(engine: Engine) -> None:
    """Two processes on one connection would mix their transactions."""
    before = several(engine, 2)
    child = os.fork()
    if child == 0:
        os._exit(0 if backend(engine) not in before else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert backend(engine) not in before


def test_a_closed_engine_keeps_none_open(engine: Engine) -> None:
    """What is at hand too is closed with it."""
    before = several(engine, 3)
    engine.dispose()
    assert not several(engine, 3) & before
