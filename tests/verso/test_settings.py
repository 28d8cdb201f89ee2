"""Settings: defaults that run everything on one machine, and a production mode that will not be fooled."""

from pathlib import Path

import pytest

from documents.errors import WrongSetting
from verso.settings import Settings, environment_of, load_settings


def test_the_defaults_need_nothing(tmp_path: Path) -> None:
    """Everything rests below the home."""
    settings = load_settings(home=tmp_path)
    places = (settings.ledger, settings.broker, settings.objects, settings.keyring, str(settings.master_key))
    assert all(str(tmp_path) in place for place in places)


def test_a_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """VERSO_ and the name in capitals."""
    monkeypatch.setenv("VERSO_PAGES_PER_PART", "9")
    monkeypatch.setenv("VERSO_INBOXES", f'{{"chu": "{tmp_path}"}}')
    settings = load_settings()
    assert settings.pages_per_part == 9
    assert settings.watched == {"chu": tmp_path}


def test_a_wrong_setting_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """The value may be a password in the wrong place."""
    monkeypatch.setenv("VERSO_PAGES_PER_PART", "hunter2")
    with pytest.raises(WrongSetting) as caught:
        load_settings()
    assert "VERSO_PAGES_PER_PART" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_production_wants_its_master_key_away_from_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """P13: a key beside the data protects nothing."""
    monkeypatch.setenv("VERSO_MODE", "production")
    with pytest.raises(WrongSetting):
        load_settings()


@pytest.mark.parametrize("beside", ["home/master.key", "envelopes/x/key", "wrapped/key", "ledger/key", "way-in/key"])
def test_production_refuses_a_master_key_beside_the_data(tmp_path: Path, beside: str) -> None:
    """P13: below the home, below a store or beside the ledger, by whatever name. Elsewhere it is no fault."""
    (tmp_path / "home").mkdir()
    (tmp_path / "way-in").symlink_to("home")
    settings: dict[str, object] = {
        "home": tmp_path / "home",
        "ledger_url": f"sqlite:///{tmp_path}/ledger/ledger.db",
        "objects_url": f"file://{tmp_path}/envelopes",
        "keyring_url": f"file://{tmp_path}/wrapped",
    }
    with pytest.raises(WrongSetting, match="VERSO_KEY_FILE"):
        load_settings(mode="production", key_file=tmp_path / beside, **settings)
    assert load_settings(mode="production", key_file=tmp_path / "safe" / "key", **settings)
    assert load_settings(key_file=tmp_path / beside, **settings)


def test_production_takes_a_key_service_instead(tmp_path: Path) -> None:
    """But not both: documents sealed under one could not be opened under the other."""
    url = "pkcs11:token=verso;object=verso?module-path=/opt/maker/lib.so"
    assert load_settings(mode="production", keys_url=url).keys_url == url
    with pytest.raises(WrongSetting, match="VERSO_KEY_FILE"):
        load_settings(keys_url=url, key_file=tmp_path / "key")


def test_production_refuses_test_identities(tmp_path: Path) -> None:
    """INS of the test authorities belong to nobody."""
    assert load_settings().accept_test_identities
    assert not load_settings(mode="production", key_file=tmp_path / "key").accept_test_identities


def test_secrets_do_not_print() -> None:
    """A password in a URL stays out of representations."""
    settings = load_settings(ledger_url="postgresql+psycopg://verso:hunter2@db/verso", s3_secret_key="hunter2")
    assert "hunter2" not in repr(settings)


def test_a_child_process_reads_the_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What was said on the command line reaches the worker."""
    settings = load_settings(home=tmp_path, inboxes={"chu": tmp_path}, slots=3, ledger_url="sqlite:///x")
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    assert load_settings() == settings


def test_settings_do_not_change(tmp_path: Path) -> None:
    """They are read once and frozen."""
    with pytest.raises(ValueError, match="frozen"):
        load_settings(home=tmp_path).home = Path()


def test_every_setting_has_a_gloss_and_a_line_in_the_manual() -> None:
    """A setting that is not written down cannot be set."""
    modules = [Path(f"verso/{name}.py") for name in ("settings", "doors", "inlets", "insurance", "watches")]
    source = [line for module in modules for line in module.read_text(encoding="utf-8").splitlines()]
    manual = Path("docs/operating.md").read_text(encoding="utf-8")
    for name in Settings.model_fields:
        declared = next(number for number, line in enumerate(source) if line.startswith(f"    {name}: "))
        assert source[declared - 1].lstrip().startswith("#:"), name
        assert f"VERSO_{name.upper()}" in manual, name
