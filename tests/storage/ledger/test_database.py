"""How databases are opened, what becomes of their errors, and what a fork does."""

import os
import sqlite3
import stat
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import create_engine, event, text

from documents.document import DocumentId
from documents.errors import LedgerUnavailable
from storage.ledger import database
from storage.ledger.migration import migrate
from storage.ledger.sql import SqlLedger, open_ledger
from tests.contracts.ledger_making import Clock, admitted, received
from tests.contracts.ledger_making import event as about
from tests.services.postgresql import running_postgresql


@pytest.fixture
def clock() -> Clock:
    """Give a clock that obeys."""
    return Clock()


def test_a_ledgers_files_are_its_owners_alone(
    ledger_on_sqlite: str, opener: Callable[[str], SqlLedger], clock: Clock, tmp_path: Path
) -> None:
    """The database, its log and its index are written with 0600 rights."""
    admitted(opener(ledger_on_sqlite), received(clock))
    rights = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("ledger.db*")}
    assert rights == {"ledger.db": 0o600, "ledger.db-wal": 0o600, "ledger.db-shm": 0o600}


@pytest.mark.parametrize(
    ("setting", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)],
)
def test_sqlite_is_set_for_safety(ledger_on_sqlite: str, setting: str, value: object) -> None:
    """What is committed survives a power cut; writers wait for each other."""
    engine = database.open_engine(ledger_on_sqlite)
    with engine.connect() as connection:
        assert connection.execute(text(f"PRAGMA {setting}")).scalar() == value
    engine.dispose()


def test_several_may_be_the_first_to_open_a_file(tmp_path: Path) -> None:
    """Processes that start together on a new installation: SQLite turns all but one away, and has none of them wait."""
    for number in range(20):
        url, together = f"sqlite:///{tmp_path}/{number}.db", Barrier(4)

        def opened(url: str = url, together: Barrier = together) -> object:
            engine = database.open_engine(url)
            together.wait(60)
            with engine.connect() as connection:
                mode = connection.execute(text("PRAGMA journal_mode")).scalar()
            engine.dispose()
            return mode

        with ThreadPoolExecutor(4) as pool:
            assert [one.result() for one in [pool.submit(opened) for _ in range(4)]] == ["wal"] * 4


def test_errors_carry_no_values(url: str, opener: Callable[[str], SqlLedger], clock: Clock) -> None:
    """Ids and codes are all that a ledger is given, and not even they get into errors and their causes."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE arrivals"))
    engine.dispose()
    document = received(clock, feeder="canary-feeder", batch="canary-batch")
    with pytest.raises(LedgerUnavailable) as caught:
        opener(url).admit(document, about(document))
    printed = "".join(traceback.format_exception(caught.value))
    assert "arrivals" in printed
    assert "canary" not in printed
    assert document.id not in printed


def test_a_database_held_by_another_for_too_long_is_unavailable(
    ledger_on_sqlite: str, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P3: patience ends in an error that is retried, and what was asked is not half done."""
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    ledger = open_ledger(ledger_on_sqlite, clock)
    document = received(clock)
    holder = sqlite3.connect(tmp_path / "ledger.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerUnavailable):
        ledger.admit(document, about(document))
    holder.close()
    assert ledger.admit(document, about(document))
    ledger.close()


def test_a_full_disk_leaves_nothing_half_written(
    ledger_on_sqlite: str, opener: Callable[[str], SqlLedger], clock: Clock
) -> None:
    """P3: every admission that was answered is there, whole; the one that failed is not."""
    ledger = opener(ledger_on_sqlite)
    event.listen(ledger._engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 80"))
    documents = [received(clock) for _ in range(400)]
    kept: list[DocumentId] = []

    def fill() -> None:
        for document in documents:
            ledger.admit(document, about(document))
            kept.append(document.id)

    with pytest.raises(LedgerUnavailable):
        fill()
    assert kept
    assert ledger.knows(d.id for d in documents) == frozenset(kept)
    assert all(len(ledger.events(document)) == 1 for document in kept)


def test_a_forked_process_shares_no_connection(url: str, opener: Callable[[str], SqlLedger], clock: Clock) -> None:
    """Parent and children work at once on a ledger opened before the fork, and none meets another's transaction."""
    ledger = opener(url)
    admitted(ledger, received(clock))
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            for _ in range(10):
                admitted(ledger, received(clock))
            os._exit(0)
        children.append(child)
    for _ in range(10):
        admitted(ledger, received(clock))
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 3
    assert sum(ledger.counts().values()) == 41


def test_a_killed_server_loses_nothing_and_is_found_again(clock: Clock) -> None:
    """P2: what was answered outlives the server; work resumes by itself when it is back."""
    with running_postgresql() as server, server.database() as url:
        migrate(url)
        ledger = open_ledger(url, clock)
        document = admitted(ledger, received(clock))
        server.kill()
        with pytest.raises(LedgerUnavailable):
            ledger.document(document.id)
        server.start()
        assert ledger.document(document.id) == document
        ledger.close()
