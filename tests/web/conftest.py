"""What the tests of the web share."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.web.house import House, services_of_plain_papers


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A web of its own, on embedded stores, with skills that need no paper."""
    monkeypatch.setattr("web.desk.build_services", services_of_plain_papers)
    return House.at(tmp_path / "home")


@pytest.fixture
def within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that stands still for whoever counts requests: where a minute ends, some of the last one count less."""
    monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: 90.0))
