"""What a look at a bucket shows: a real server keeps its promises, and each lie of a liar is called by its name."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Self

import pytest

from documents.errors import WrongSetting
from storage.objects.s3 import Bucket, S3Objects, examining
from storage.objects.s3.bucket import Checksum, Network
from tests.services.liars import running_moto, running_rclone
from tests.services.seaweedfs import SeaweedFs


def broken(bucket: Bucket, *, thorough: bool = False) -> dict[str, str]:
    """Return what a bucket's server breaks, by promise."""
    found = S3Objects(bucket).examine(thorough=thorough)
    return {finding.promise: finding.says for finding in found if finding.kept is False}


@pytest.fixture(scope="module")
def envelopes(seaweedfs: SeaweedFs) -> Bucket:
    """Give a bucket as envelopes want it."""
    return replace(seaweedfs.bucket("examined", locked=True), versions=True)


@pytest.fixture(scope="module")
def keyring(seaweedfs: SeaweedFs) -> Bucket:
    """Give a bucket as keys want it."""
    return replace(seaweedfs.bucket("examined-keys"), versions=False)


@pytest.fixture(scope="module")
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """Give a bucket of rclone."""
    with running_rclone(tmp_path_factory.mktemp("rclone")) as bucket:
        yield bucket


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    """Give a bucket of moto."""
    with running_moto(tmp_path_factory.mktemp("moto")) as bucket:
        yield bucket


def test_a_real_server_keeps_every_promise(envelopes: Bucket, keyring: Bucket) -> None:
    """Envelopes in a bucket with versions and locks, keys in one without; nothing is left in either."""
    for bucket in (envelopes, keyring):
        assert broken(bucket, thorough=True) == {}
        assert "Versions" not in bucket.client().list_object_versions(Bucket=bucket.name)


def test_rclone_s_lies_are_named(rclone: Bucket) -> None:
    """The last writer wins on it, no checksum is compared, and what was deleted is gone."""
    found = broken(rclone, thorough=True)
    assert found == {
        "second-put": "accepts a second put",
        "checksum": "ignores checksums",
        "parts": "accepts a second put in parts",
        "versioning": "keeps no older versions",
        "lock": "knows no locks",
    }
    with pytest.raises(WrongSetting, match="accepts a second put"):
        S3Objects(rclone).check()


def test_rclone_compares_another_digest(rclone: Bucket) -> None:
    """Found out by the probe, not by its name: with this setting that promise is kept."""
    assert "checksum" not in broken(replace(rclone, checksum=Checksum.MD5))


def test_moto_s_lies_are_named(moto: Bucket) -> None:
    """It compares no checksum and no signature, and lets strangers list and write."""
    assert broken(moto, thorough=True) == {
        "checksum": "ignores checksums",
        "signature": "takes a forged signature",
        "strangers-list": "lets strangers list",
        "strangers-write": "lets strangers write",
        "lock-holds": "lets a lock be shortened",
    }
    with pytest.raises(WrongSetting, match="ignores checksums"):
        S3Objects(moto).check()


def test_what_is_let_when_the_lock_is_over_breaks_nothing(moto: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server or a probe that is slow is no liar: it is locked once more for longer, and told apart or not."""
    late: list[float] = []

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(seconds=late.pop(0))

    monkeypatch.setattr(examining, "datetime", Clock)
    monkeypatch.setattr(examining, "_LOCKED", (1, 8))
    examiner = S3Objects(moto)._examiner
    late += [0, 60, 0, 60]
    assert (examiner._locks_hold().kept, late) == (None, [])
    late += [0, 60, 0, 0]
    assert examiner._locks_hold().says == "lets a lock be shortened"


def test_envelopes_want_versions_and_keys_want_none(envelopes: Bucket, keyring: Bucket) -> None:
    """A key that is destroyed must be gone; an envelope that somebody deletes must not."""
    assert broken(replace(envelopes, versions=False)) == {
        "versioning": "keeps older versions",
        "lock": "knows locks",
    }
    assert broken(replace(keyring, versions=True)) == {
        "versioning": "keeps no older versions",
        "lock": "knows no locks",
    }


@pytest.mark.parametrize(
    ("endpoint", "region", "country", "kept"),
    [
        (None, "eu-west-3", None, True),
        (None, "eu-west-2", None, False),
        (None, "us-east-1", "FR", True),
        ("https://oos.eu-west-2.outscale.com", "eu-west-2", None, True),
        ("https://s3.gra.io.cloud.ovh.net", "gra", None, True),
        ("https://s3.bhs.io.cloud.ovh.net", "bhs", None, False),
        ("https://s3.fr-par.scw.cloud", "fr-par", None, True),
        ("https://x1.s3.fr1.cloud-temple.com", "fr1", None, True),
        ("https://objects.example", "north", None, False),
        ("https://objects.example", "north", "FR", True),
        ("https://objects.example", "north", "CH", False),
        ("https://notoutscale.com", "eu-west-2", None, False),
    ],
)
def test_a_region_outside_the_eea_is_found_out(
    endpoint: str | None, region: str, country: str | None, kept: object
) -> None:
    """By what the host publishes; where it publishes nothing its operator says it, and nothing stands for silence."""
    bucket = Bucket(
        name="b", endpoint=endpoint, region=region, country=country, access_key="a", secret_key="s", attempts=1
    )
    assert S3Objects(bucket)._examiner.place().kept is kept


@pytest.mark.parametrize(
    ("endpoint", "network", "kept"),
    [
        ("https://objects.example", Network.PUBLIC, True),
        ("http://objects.example", Network.PUBLIC, False),
        ("http://objects:8333", Network.PRIVATE, True),
        ("http://127.0.0.1:8333", Network.PUBLIC, True),
        ("http://127.0.0.1.example", Network.PUBLIC, False),
        (None, Network.PUBLIC, True),
    ],
)
def test_a_server_without_tls_is_found_out(endpoint: str | None, network: Network, kept: object) -> None:
    """Unless nobody else is on the way to it."""
    bucket = Bucket(name="b", endpoint=endpoint, region="r", network=network, access_key="a", secret_key="s")
    assert S3Objects(bucket)._examiner.transport().kept is kept


def test_a_clock_that_is_wrong_is_found_out(envelopes: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locks end and events happen by it."""
    monkeypatch.setattr("storage.objects.s3.examining._SKEW", -1.0)
    assert "clock" in broken(replace(envelopes, versions=None))
