"""The demonstration: made papers, an installation of its own, and never a hospital's."""

from pathlib import Path

import pytest

from documents.errors import WrongSetting
from verso.cli.demonstrating import demo_settings
from verso.settings import environment_of

#: What a machine may be set up with, one way or the other.
SET_UP = {
    "VERSO_LEDGER_URL": "postgresql+psycopg://verso:hunter2@ledger/verso",
    "VERSO_BROKER_URL": "amqp://verso:hunter2@broker/verso",
    "VERSO_OBJECTS_URL": "s3://envelopes",
    "VERSO_KEYRING_URL": "s3://keyring",
    "VERSO_KEYS_URL": "bao+https://keys.example:8200/transit/verso",
    "VERSO_OUTBOX": "/srv/answers",
}


def test_nothing_of_a_demonstration_leaves_its_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither in this process nor in those that it starts: made papers never reach the servers of the environment."""
    monkeypatch.setenv("VERSO_HOME", str(tmp_path))
    for name, value in SET_UP.items():
        monkeypatch.setenv(name, value)
    settings = demo_settings()
    of_a_child = environment_of(settings)
    assert "hunter2" not in "".join(of_a_child.values())
    assert "VERSO_KEYS_URL" not in of_a_child
    places = (settings.ledger, settings.broker, settings.objects, settings.keyring)
    assert all(str(tmp_path / "demo") in place for place in places)
    assert {settings.master_key.parent, settings.answers.parent} == {tmp_path / "demo"}


def test_production_is_no_place_for_a_demonstration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is refused before anything is made."""
    monkeypatch.setenv("VERSO_HOME", str(tmp_path))
    monkeypatch.setenv("VERSO_MODE", "production")
    monkeypatch.setenv("VERSO_KEY_FILE", "/safe/place/master.key")
    with pytest.raises(WrongSetting, match="VERSO_MODE"):
        demo_settings()
    assert not list(tmp_path.iterdir())
