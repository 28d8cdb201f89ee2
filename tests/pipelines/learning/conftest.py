"""A world for the tests of learning."""

from pathlib import Path

import pytest

from storage.ledger.migration import migrate
from storage.ledger.sql import open_ledger
from tests.world import Clock, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A whole Verso with its ledger in a file, everything else in memory."""
    clock = Clock()
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    migrate(url)
    return World(ledger=open_ledger(url, clock.now), clock=clock)
