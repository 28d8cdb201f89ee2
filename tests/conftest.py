"""What tests of every package may ask for."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from tests.world import Clock, World

# A busy machine is slow now and then: that is no finding. The same examples each time, so that whoever breaks something
# is told, and nobody else; `--hypothesis-profile=default` looks for others.
settings.register_profile(
    "verso", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("verso")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what mostly waits, so that other processes have something to do meanwhile."""
    items.sort(key=lambda item: item.get_closest_marker("waits") is None)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a SQLite file that has the ledger's schema: copying it is quicker than making it."""
    file = tmp_path_factory.mktemp("ledger") / "ledger.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def world(migrated_file: Path, tmp_path: Path) -> Iterator[World]:
    """A whole Verso with its ledger in a file, everything else in memory."""
    clock, url = Clock(), f"sqlite:///{shutil.copy(migrated_file, tmp_path)}"
    with closing(open_ledger(url, clock.now)) as ledger:
        yield World(ledger=ledger, clock=clock)
