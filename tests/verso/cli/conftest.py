"""An installation for the commands."""

from pathlib import Path

import pytest

from verso.bootstrap import prepare
from verso.settings import load_settings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation, embedded, whose commands find it."""
    settings = load_settings(home=tmp_path / "home")
    prepare(settings)
    monkeypatch.setenv("VERSO_HOME", str(settings.home))
    return settings.home
