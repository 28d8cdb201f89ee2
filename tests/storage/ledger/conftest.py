"""Databases for the ledger's tests, each with its schema and nothing in it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from storage.ledger.interface import Ledger
from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from tests.contracts.ledger_making import Clock
from tests.services.postgresql import Postgresql, postgresql, postgresql_url

__all__ = ["postgresql", "postgresql_url"]


@pytest.fixture(scope="session")
def migrated_template(postgresql: Postgresql) -> Iterator[str]:
    """Give the name of a database that has the schema: copying it is quicker than making it."""
    with postgresql.database() as url:
        migrate(url)
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture
def ledger_on_postgresql(postgresql: Postgresql, migrated_template: str) -> Iterator[str]:
    """Give the URL of an empty ledger on PostgreSQL."""
    with postgresql.database(migrated_template) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file that has the schema: copying it is quicker than making it."""
    file = tmp_path_factory.mktemp("ledger") / "ledger.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def ledger_on_sqlite(migrated_file: Path, tmp_path: Path) -> str:
    """Give the URL of an empty ledger in a file."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"


@pytest.fixture
def ledger_on_sqlite_again(migrated_file: Path, tmp_path: Path) -> str:
    """Give the URL of one more empty ledger in a file."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'again.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """Give the URL of an empty ledger on each database in turn."""
    found: str = request.getfixturevalue(f"ledger_on_{request.param}")
    return found


@pytest.fixture
def opener(clock: Clock) -> Iterator[Callable[[str], Ledger]]:
    """Give what opens ledgers on the test's clock, and closes them after the test."""
    with ExitStack() as stack:

        def opened(url: str) -> Ledger:
            ledger = open_ledger(url, clock)
            stack.callback(ledger.close)
            return ledger

        yield opened
