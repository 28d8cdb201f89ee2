"""The doctor: one line an answer, liars called by their lies, and an exit code that a monitor understands."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from storage.objects.s3 import Bucket
from tests.services.clamd import running_clamd
from tests.services.liars import running_moto, running_rclone
from tests.services.seaweedfs import SeaweedFs, running
from verso.bootstrap import create_key
from verso.cli.exits import Exit
from verso.cli.main import app


@pytest.fixture(scope="module")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedFs]:
    """A real S3 server."""
    with running(tmp_path_factory.mktemp("seaweedfs")) as server:
        yield server


def examined(expected: Exit) -> dict[str, tuple[str, str]]:
    """Return what the doctor says: verdict and words, by what was asked."""
    result = CliRunner().invoke(app, ["doctor", "--json"])
    assert result.exit_code == expected, result.output
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return {line["name"]: (line["verdict"], line["says"]) for line in lines}


def in_production(monkeypatch: pytest.MonkeyPatch, home: Path, envelopes: Bucket, keyring: Bucket) -> None:
    """Set an installation up for real patients, with its envelopes and keys in buckets."""
    key = home.parent / "safe" / "master.key"
    create_key(key)
    settings = {
        "MODE": "production",
        "KEY_FILE": str(key),
        "OBJECTS_URL": f"s3://{envelopes.name}?endpoint={envelopes.endpoint}",
        "KEYRING_URL": f"s3://{keyring.name}?endpoint={keyring.endpoint}",
        "S3_ACCESS_KEY": envelopes.access_key,
        "S3_SECRET_KEY": envelopes.secret_key,
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"VERSO_{name}", value)


def test_a_fresh_installation_is_well(home: Path) -> None:
    """Everything is looked at: settings, ledger, broker, stores, keys, disks, clock, inboxes, engines."""
    assert home.exists()
    found = examined(Exit.DONE)
    asked = {name.partition(" ")[0] for name in found}
    things = (
        "settings ledger documents scrubbing broker objects keyring keys disk clock inbox engine confinement antivirus"
    )
    assert asked == set(things.split())


def test_an_antivirus_whose_signatures_nobody_keeps_fresh_is_called_out(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """P41: it examines files, and by what is not known."""
    assert home.exists()
    with running_clamd() as daemon:
        monkeypatch.setenv("VERSO_ANTIVIRUS_URL", daemon.by_tcp)
        assert examined(Exit.DONE)["antivirus"] == ("warning", "answers, and has no daily signatures: run freshclam")
    assert examined(Exit.FINDINGS)["antivirus"] == ("broken", "antivirus-unavailable")


def test_what_is_missing_is_said_and_hides_nothing_else(home: Path) -> None:
    """A key file that is gone, a ledger that was never migrated: each on its own line."""
    (home / "master.key").unlink()
    (home / "ledger.db").unlink()
    found = examined(Exit.FINDINGS)
    assert {name for name, (verdict, _) in found.items() if verdict == "broken"} == {"keys", "ledger", "scrubbing"}
    assert "wrong-setting" in found["ledger"][1]


def test_a_disk_that_is_nearly_full_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """P3: before intake stops."""
    assert home.exists()
    monkeypatch.setenv("VERSO_LEAST_FREE_BYTES", str(2**62))
    assert examined(Exit.FINDINGS)["disk"][0] == "broken"


def test_a_real_server_passes_in_production(home: Path, seaweedfs: SeaweedFs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Envelopes in a bucket with versions and locks, keys in one without."""
    in_production(monkeypatch, home, seaweedfs.bucket("well", locked=True), seaweedfs.bucket("well-keys"))
    found = examined(Exit.DONE)
    assert found["objects lock-holds"] == ("fine", "holds what is locked")
    assert found["keyring versioning"] == ("fine", "keeps no older versions")


def test_liars_are_caught_in_production(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each lie on a line of its own; nothing is entrusted to them."""
    with running_rclone(tmp_path / "rclone") as envelopes:
        in_production(monkeypatch, home, envelopes, envelopes)
        found = examined(Exit.FINDINGS)
        broken = {name for name, (verdict, _) in found.items() if verdict == "broken"}
        lies = {"objects second-put", "objects checksum", "objects parts", "objects versioning", "objects lock"}
        assert lies <= broken
        assert broken - lies <= {"keyring second-put", "keyring checksum", "keyring parts"}
    with running_moto(tmp_path / "moto") as envelopes:
        monkeypatch.setenv("VERSO_OBJECTS_URL", f"s3://{envelopes.name}?endpoint={envelopes.endpoint}")
        monkeypatch.delenv("VERSO_KEYRING_URL")
        found = examined(Exit.FINDINGS)
        broken = {name for name, (verdict, _) in found.items() if verdict == "broken"}
        lies = {"checksum", "signature", "strangers-list", "strangers-write", "lock-holds"}
        assert broken == {f"objects {lie}" for lie in lies}


def test_a_server_that_is_away_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the rest is looked at all the same."""
    assert home.exists()
    for name in ("S3_ACCESS_KEY", "S3_SECRET_KEY"):
        monkeypatch.setenv(f"VERSO_{name}", "x")
    monkeypatch.setenv("VERSO_OBJECTS_URL", "s3://b?endpoint=http://127.0.0.1:1&tries=1")
    found = examined(Exit.FINDINGS)
    assert found["objects"] == ("broken", "objects-unavailable [EndpointConnectionError]")
    assert found["keys"][0] == "fine"
