"""The production parts, as far as they can be proven without an engine to run them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from pipelines.antivirus.clamd import Clamd
from tests.deployment.composition import FILE, ROOT, Service, composition, filled, services, variables
from tests.services.clamd import running_clamd
from verso.cli.main import FAMILIES
from verso.settings import Mode, Settings, load_settings

EXAMPLE: Final = (ROOT / "deploy" / "example.env").read_text(encoding="utf-8")
CLAMD: Final = (ROOT / "deploy" / "clamd.conf").read_text(encoding="utf-8")
#: Variables by name, as `deploy/example.env` lists them.
LISTED: Final = dict(re.findall(r"^(\w+)=(.*)$", EXAMPLE, re.MULTILINE))

each = pytest.mark.parametrize("service", services(), ids=lambda service: service.name)
each_of_ours = pytest.mark.parametrize(
    "service", [service for service in services() if service.is_ours], ids=lambda service: service.name
)
each_that_seals = pytest.mark.parametrize(
    "service", [service for service in services() if service.seals], ids=lambda service: service.name
)


def test_the_file_is_what_compose_reads() -> None:
    """It keeps the official schema of the Compose specification, in the copy that check-jsonschema ships."""
    checker = Path(sys.executable).with_name("check-jsonschema")
    verdict = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", FILE], check=False, capture_output=True, text=True
    )
    assert verdict.returncode == 0, verdict.stdout


@each
def test_an_image_has_a_version(service: Service) -> None:
    """What runs tomorrow is what ran today."""
    assert re.search(r":v?\d[\w.-]*$", service.says["image"])


@each
def test_a_service_is_sealed_off(service: Service) -> None:
    """No capability, no way to more rights, and for all but the web no open port and no network but the inner one.

    What fetches the signatures of viruses goes out, and reaches nothing of ours.
    """
    assert service.says["cap_drop"] == ["ALL"]
    assert service.says["security_opt"] == ["no-new-privileges:true"]
    elsewhere = {"web": ["inside", "outside"], "signatures": ["outside"]}
    assert service.says["networks"] == elsewhere.get(service.name, ["inside"])
    assert service.says.get("ports", []) == (["127.0.0.1:8400:8400"] if service.name == "web" else [])
    assert composition()["networks"]["inside"]["internal"]


@pytest.mark.parametrize(
    "service", [service for service in services() if service.name != "broker"], ids=lambda service: service.name
)
def test_a_service_cannot_change_its_image(service: Service) -> None:
    """Only volumes and memory can be written to; the broker alone writes beside its configuration."""
    assert service.says["read_only"]


@each
def test_a_service_is_bounded(service: Service) -> None:
    """None can take all processors, memory or processes, nor fill the disk with its log."""
    assert service.says["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
    assert service.says["logging"]["options"].keys() == {"max-size", "max-file"}


@each
def test_a_service_comes_back_by_itself(service: Service) -> None:
    """One that runs on is started again; one that ends is tried a few times."""
    assert service.says["restart"] in {"unless-stopped", "on-failure:5"}


@each
def test_a_service_waits_for_what_it_needs(service: Service) -> None:
    """For one that ends, until it has succeeded; for one that runs on, until it is healthy."""
    others = {other.name: other for other in services()}
    expected = {
        name: "service_completed_successfully" if others[name].ends else "service_healthy" for name in service.awaits
    }
    assert service.awaits == expected
    assert all("healthcheck" in others[name].says for name, how in expected.items() if how == "service_healthy")


def test_every_volume_is_declared_and_used() -> None:
    """None is anonymous, none is left over."""
    assert set().union(*(service.volumes for service in services())) == set(composition()["volumes"])


def test_every_mounted_file_is_there() -> None:
    """What is mounted from this tree exists in it."""
    mounts = [mount for service in services() for mount in service.says.get("volumes", []) if isinstance(mount, dict)]
    ours = [mount["source"] for mount in mounts if mount["source"].startswith("./")]
    assert ours
    assert all((ROOT / source).is_file() for source in ours)


def test_nothing_secret_has_a_default() -> None:
    """Every value must be set by whoever runs this; Compose says which one is missing."""
    assert {rest for _, rest in variables()} == {":?set it in .env"}


def test_the_example_lists_what_must_be_set_and_sets_nothing() -> None:
    """Neither more nor less than the file asks for, and no password that somebody would leave as it is."""
    assert set(LISTED) == {name for name, _ in variables()}
    assert not any(LISTED.values())


@each_of_ours
def test_our_settings_exist(service: Service) -> None:
    """Each variable is one that `verso.settings` reads."""
    known = {f"VERSO_{name.upper()}" for name in Settings.model_fields}
    assert service.environment.keys() <= known


@each_of_ours
def test_our_settings_are_accepted(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Filled in, they make the settings of a production installation on real servers."""
    for name, text in service.environment.items():
        monkeypatch.setenv(name, filled(text, dict.fromkeys(LISTED, "0a1b")))
    settings = load_settings()
    assert settings.mode is Mode.PRODUCTION
    assert settings.ledger == "postgresql+psycopg://verso:0a1b@ledger/verso"
    assert settings.broker == "amqp://verso:0a1b@broker/verso"
    assert str(settings.master_key) == "/run/secrets/master-key"


@each_that_seals
def test_what_seals_has_stores_and_the_master_key(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers, watchers, caretakers and the web, on real servers."""
    for name, text in service.environment.items():
        monkeypatch.setenv(name, filled(text, dict.fromkeys(LISTED, "0a1b")))
    settings = load_settings()
    assert {settings.objects.partition(":")[0], settings.keyring.partition(":")[0]} == {"s3"}
    assert service.says["secrets"] == ["master-key"]


def test_what_carries_ids_alone_has_neither_stores_nor_the_master_key() -> None:
    """Whoever breaks into a courier finds nothing to open and nothing to open it with."""
    others = [service for service in services() if service.is_ours and not service.seals]
    assert {service.name for service in others} == {"migrate", "courier", "scheduler"}
    assert all(service.says["secrets"] == [] for service in others)
    assert all(not re.search(r"S3|OBJECTS|KEYRING", name) for service in others for name in service.environment)


@each_that_seals
def test_intake_does_not_wait_for_room_in_a_working_buffer(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers keep everything here: the home, a small tmpfs, never has as much free as a disk should."""
    for name, text in service.environment.items():
        monkeypatch.setenv(name, filled(text, dict.fromkeys(LISTED, "0a1b")))
    assert load_settings().disks == ()


def test_workers_can_be_as_many_as_one_likes() -> None:
    """P23: `--scale worker=N` needs nothing of theirs to be the only one of its kind: no name, port or volume."""
    for worker in (service for service in services() if service.says.get("command", [""])[0] == "worker"):
        assert worker.says.keys().isdisjoint({"container_name", "hostname", "ports", "volumes"})


@each_of_ours
def test_our_services_run_verbs_that_exist(service: Service) -> None:
    """What a container runs is a verb of `verso`."""
    assert service.says["command"][0] in FAMILIES


@each_of_ours
def test_our_working_buffers_are_memory(service: Service) -> None:
    """Where Verso may write is a tmpfs."""
    assert {mount.partition(":")[0] for mount in service.says["tmpfs"]} == {"/tmp", "/run/verso"}  # noqa: S108


def test_what_parses_papers_has_them_examined_first() -> None:
    """P41: every process that seals knows the antivirus, which is a service that stands and comes back."""
    urls = {service.environment["VERSO_ANTIVIRUS_URL"] for service in services() if service.seals}
    assert urls == {"tcp://antivirus:3310"}
    (antivirus,) = (service for service in services() if service.name == "antivirus")
    assert "healthcheck" in antivirus.says


def test_the_antivirus_takes_whatever_verso_does_and_writes_it_to_memory_alone() -> None:
    """Its limits are not below Verso's; what it looks at, in clear, never touches a disk."""
    said = dict(line.split(maxsplit=1) for line in CLAMD.splitlines() if line and not line.startswith("#"))
    sizes = {name: int(said[name].removesuffix("M")) * 2**20 for name in ("StreamMaxLength", "MaxFileSize")}
    assert min(sizes.values()) >= Settings().largest_original
    assert said["AlertExceedsMax"] == "yes"
    (antivirus,) = (service for service in services() if service.name == "antivirus")
    assert said["TemporaryDirectory"] in {mount.partition(":")[0] for mount in antivirus.says["tmpfs"]}


def test_the_antivirus_starts_with_its_settings() -> None:
    """Debian's daemon takes every line of them, on another port and with signatures of the tests."""
    with running_clamd(CLAMD) as daemon:
        Clamd.at(daemon.by_tcp, "VERSO_ANTIVIRUS_URL").examine(b"a letter")
