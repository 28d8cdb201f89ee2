"""How a database comes to the schema of this release."""

import multiprocessing
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from documents.document import DocumentId
from documents.errors import LedgerUnavailable, WrongSetting
from documents.lane import Lane
from documents.stage import Stage
from storage.ledger import database
from storage.ledger.interface import Ledger
from storage.ledger.migration import migrate
from tests.contracts.ledger_making import Clock


@pytest.fixture
def clock() -> Clock:
    """Give a clock that obeys."""
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give the URL of a database without any schema."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/100%/ledger.db"
    found: str = request.getfixturevalue("postgresql_url")
    return found


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a folder that holds no settings of Alembic's."""
    (tmp_path / "100%").mkdir()
    monkeypatch.chdir(tmp_path)


def test_many_processes_may_migrate_at_once(empty: str, opener: Callable[[str], Ledger]) -> None:
    """Workers that start together each see to the schema; it is made once."""
    starting = multiprocessing.get_context("spawn")
    processes = [starting.Process(target=migrate, args=(empty,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    opener(empty).check()


def test_migrating_twice_changes_nothing(empty: str, opener: Callable[[str], Ledger]) -> None:
    """It is safe to run at every start."""
    migrate(empty)
    migrate(empty)
    opener(empty).check()


def test_a_database_without_schema_is_a_wrong_setting(empty: str, opener: Callable[[str], Ledger]) -> None:
    """The sentence says what to do."""
    with pytest.raises(WrongSetting, match="verso migrate"):
        opener(empty).check()


def at_revision(url: str, revision: str) -> None:
    """Let a database say that it is of another release."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


@pytest.mark.parametrize("revision", ["0001", "none"])
def test_an_earlier_schema_is_a_wrong_setting(url: str, opener: Callable[[str], Ledger], revision: str) -> None:
    """This release's statements would fail on it: the database is migrated first."""
    at_revision(url, revision)
    with pytest.raises(WrongSetting, match=revision):
        opener(url).check()


def test_a_later_schema_is_worked_with_and_left_alone(url: str, opener: Callable[[str], Ledger]) -> None:
    """P28: workers of the last release go on while the next one's start."""
    at_revision(url, "9999")
    migrate(url)
    opener(url).check()


#: What the first schema's release wrote, in its own words: these statements must succeed for as long as it may run.
FIRST_RELEASE = (
    (
        "INSERT INTO documents (id, feeder, batch, stage, version, revision, size, received_at, changed_at, partial, "
        "attempts, seconds, fence) VALUES ('d1', 'hospital', NULL, 'received', 1, 1, 10, 0, 0, FALSE, 0, 0.0, 0)"
    ),
    "INSERT INTO objects (document, role, part, revision, size, digest) VALUES ('d1', 1, 0, 1, 10, 'x')",
    "INSERT INTO work (document, part, due_at, sleeping, fence, attempts, claims) VALUES ('d1', -1, 0, FALSE, 0, 0, 0)",
    (
        "UPDATE work SET lease_owner = 'here/1/1', fence = 1, attempts = 0, claims = 1, due_at = 5, sent_at = NULL "
        "WHERE document = 'd1' AND part = -1"
    ),
    (
        "INSERT INTO attempts (document, part, fence, stage, at, code, owner) "
        "VALUES ('d1', -1, 1, 'received', 0, 'reader-failed', 'here/1/1')"
    ),
    "UPDATE documents SET stage = 'inspected', version = 2, changed_at = 6 WHERE id = 'd1'",
    "INSERT INTO events (at, actor, action, document, detail) VALUES (0, 'worker:here', 'moved', 'd1', 'inspected')",
    "DELETE FROM work WHERE document = 'd1' AND part = -1 AND fence = 1",
)


def test_what_the_first_release_writes_is_taken_by_this_schema(url: str, opener: Callable[[str], Ledger]) -> None:
    """P28: revisions add, and what they add has a default; what it wrote is read back by this release."""
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in FIRST_RELEASE:
            connection.execute(text(statement))
    engine.dispose()
    document = opener(url).document(DocumentId("d1"))
    assert (document.stage, document.lane) == (Stage.INSPECTED, Lane.INBOX)


def test_a_database_that_is_not_there_is_unavailable(opener: Callable[[str], Ledger], tmp_path: Path) -> None:
    """An outage is told from a wrong schema."""
    with pytest.raises(LedgerUnavailable):
        opener(f"postgresql+psycopg://verso@/verso?host={tmp_path}").check()
    with pytest.raises(LedgerUnavailable):
        opener(f"sqlite:///{tmp_path}/absent/ledger.db")


def test_a_database_that_is_there_already_is_not_written_to(tmp_path: Path) -> None:
    """Every command looks first: it does not wait for whoever is writing."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(url)
    with closing(sqlite3.connect(tmp_path / "ledger.db")) as writer:
        writer.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        migrate(url)
        assert time.monotonic() - started < database.PATIENCE / 2
        writer.rollback()
