"""What the journeys share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An installation that ends with its journey."""
    made = Installation(tmp_path / "verso")
    assert made.command("status").returncode == 0
    yield made
    made.end()
