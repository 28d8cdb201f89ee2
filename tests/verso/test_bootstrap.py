"""The bootstrap: settings alone decide who keeps the master keys."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from documents.errors import WrongSetting
from documents.role import Role
from storage.keys.keyfile import KeyFile
from storage.keys.kms import KmsKeys
from storage.keys.pkcs11 import Pkcs11Keys
from storage.keys.transit import TransitKeys
from tests.services import kms
from verso.bootstrap import build_archive, prepare
from verso.bounds import has_room, reader_limits
from verso.intake import open_inboxes
from verso.settings import Settings, load_settings

BAO = {"keys_url": "bao+https://keys.example:8200/transit/verso", "keys_token": "hunter2"}
HSM = {"keys_url": "pkcs11:token=verso;object=verso?module-path=/opt/maker/lib.so", "keys_pin": "hunter2"}
KMS = {
    "keys_url": "kms://alias/verso?region=eu-west-3&pseudonyms=alias/names",
    "keys_access_key": "AKID",
    "keys_secret_key": "hunter2",
}


@pytest.fixture
def on_a_service(tmp_path: Path) -> Iterator[Settings]:
    """Give settings of an installation whose masters are in a key service."""
    with kms.running() as server:
        server.kms.create("verso")
        server.kms.create("names", "GENERATE_VERIFY_MAC")
        yield load_settings(
            home=tmp_path,
            keys_url=f"kms://verso?region={kms.REGION}&pseudonyms=names&endpoint=http://127.0.0.1:{server.port}",
            keys_access_key=kms.CREDENTIALS.access_key,
            keys_secret_key=kms.CREDENTIALS.secret_key,
        )


@pytest.mark.parametrize(("chosen", "keeper"), [(BAO, TransitKeys), (HSM, Pkcs11Keys), (KMS, KmsKeys)])
def test_the_scheme_chooses_the_keeper(tmp_path: Path, chosen: dict[str, str], keeper: type[object]) -> None:
    """Nothing is asked of it yet: a worker starts while its key service is away."""
    assert isinstance(build_archive(load_settings(home=tmp_path, **chosen)).masters, keeper)


def test_without_a_service_there_is_a_key_file(tmp_path: Path) -> None:
    """Made at the first start, outside production."""
    settings = load_settings(home=tmp_path)
    prepare(settings)
    assert isinstance(build_archive(settings).masters, KeyFile)


def test_with_a_service_no_key_file_is_made(on_a_service: Settings) -> None:
    """And documents are sealed under what the service holds."""
    prepare(on_a_service)
    assert not on_a_service.master_key.exists()
    archive = build_archive(on_a_service)
    document = archive.identify("hospital", b"content")
    sealed = archive.keep(document, Role.ORIGINAL, b"content")
    assert build_archive(on_a_service).open(document, sealed) == b"content"


def test_a_service_without_our_keys_stops_the_start(on_a_service: Settings) -> None:
    """In every mode: Verso makes no keys there."""
    assert on_a_service.keys_url is not None
    elsewhere = on_a_service.model_copy(update={"keys_url": on_a_service.keys_url.replace("names", "nobody")})
    with pytest.raises(WrongSetting):
        prepare(elsewhere)


@pytest.mark.parametrize("chosen", [BAO, HSM, KMS])
def test_a_service_wants_its_secret(tmp_path: Path, chosen: dict[str, str]) -> None:
    """The one that is missing is named."""
    settings = load_settings(home=tmp_path, keys_url=chosen["keys_url"])
    with pytest.raises(WrongSetting, match="VERSO_KEYS_"):
        build_archive(settings)


def test_an_unknown_scheme_is_a_wrong_setting(tmp_path: Path) -> None:
    """It is not taken for a key file."""
    with pytest.raises(WrongSetting, match="VERSO_KEYS_URL"):
        build_archive(load_settings(home=tmp_path, keys_url="vault://keys.example/verso"))


@pytest.mark.parametrize("chosen", [BAO, HSM, KMS])
def test_secrets_of_the_keys_do_not_print(tmp_path: Path, chosen: dict[str, str]) -> None:
    """Neither from the settings nor from what is built of them."""
    settings = load_settings(home=tmp_path, **chosen)
    assert "hunter2" not in repr(settings) + repr(build_archive(settings))


def test_a_feeder_s_name_that_could_be_a_path_stops_the_start(tmp_path: Path) -> None:
    """Its answers would be written outside the outbox."""
    with pytest.raises(WrongSetting, match="VERSO_INBOXES"):
        open_inboxes(Settings(home=tmp_path, inboxes={"../elsewhere": tmp_path}))


def test_the_disks_of_the_embedded_stores_are_guarded(tmp_path: Path) -> None:
    """Those of the envelopes, of the keyring and of the ledger, before any of them is there."""
    settings = load_settings(home=tmp_path / "new", keyring_url=f"file://{tmp_path}/apart/keyring")
    assert settings.disks == (tmp_path / "new" / "objects", tmp_path / "apart" / "keyring", tmp_path / "new")
    assert has_room(settings.disks, 0)
    assert not has_room(settings.disks, 2**62)


def test_where_servers_keep_everything_no_disk_is_guarded(tmp_path: Path) -> None:
    """What is free on this machine says nothing about them."""
    settings = load_settings(
        home=tmp_path, ledger_url="postgresql+psycopg://db/verso", objects_url="s3://a", keyring_url="s3://b"
    )
    assert has_room(settings.disks, 2**62)


def test_a_page_that_may_take_longer_may_compute_longer(tmp_path: Path) -> None:
    """Else the longest time for a page would stop at the processor's, whatever is set."""
    assert reader_limits(load_settings(home=tmp_path)).cpu_seconds == 60
    assert reader_limits(load_settings(home=tmp_path, page_seconds=600)).cpu_seconds == 300
    assert reader_limits(load_settings(home=tmp_path, page_seconds=0.5)).cpu_seconds == 1
