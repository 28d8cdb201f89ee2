"""How a database comes to the schema of this release."""

import multiprocessing
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from documents.errors import LedgerUnavailable, WrongSetting
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


def test_the_schema_of_another_release_is_a_wrong_setting(url: str, opener: Callable[[str], Ledger]) -> None:
    """Neither an older nor a newer schema is worked with."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(WrongSetting, match="9999"):
        opener(url).check()


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
