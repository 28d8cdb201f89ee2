"""What the tests of storage share: databases, each with the ledger's schema and nothing in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.ledger.migration import migrate
from tests.services.postgresql import Postgresql, postgresql, postgresql_url

__all__ = ["postgresql", "postgresql_url"]

pytest.register_assert_rewrite("tests.contracts.keys", "tests.contracts.objects")


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
