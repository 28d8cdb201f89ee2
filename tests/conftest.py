"""What tests of every package may ask for."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from tests.world import Clock, World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what mostly waits, so that other processes have something to do meanwhile."""
    items.sort(key=lambda item: item.get_closest_marker("waits") is None)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A whole Verso with its ledger in a file, everything else in memory."""
    clock, url = Clock(), f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(url)
    with closing(open_ledger(url, clock.now)) as ledger:
        yield World(ledger=ledger, clock=clock)
