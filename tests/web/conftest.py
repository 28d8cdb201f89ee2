"""What the tests of the web share."""

from pathlib import Path

import pytest

from tests.web.house import House, services_of_plain_papers


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A web of its own, on embedded stores, with skills that need no paper."""
    monkeypatch.setattr("web.desk.build_services", services_of_plain_papers)
    return House.at(tmp_path / "home")
