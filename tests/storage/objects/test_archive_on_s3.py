"""The archive over a real S3 server and a key file: production's own shape, but for the host."""

from pathlib import Path

import pytest

from documents.errors import Tampered
from documents.role import Role
from storage.archive import Archive
from storage.keys.keyfile import KeyFile, create
from storage.objects.s3 import Bucket, S3Objects
from tests.services.seaweedfs import SeaweedFs

LETTER = b"Madame Colette CANARI-JAUNE" * 40_000


@pytest.fixture(scope="module")
def buckets(seaweedfs: SeaweedFs) -> tuple[Bucket, Bucket]:
    """Give a bucket for envelopes and one for keys."""
    return seaweedfs.bucket("envelopes"), seaweedfs.bucket("keyring")


@pytest.fixture
def archive(buckets: tuple[Bucket, Bucket], tmp_path: Path) -> Archive:
    """Give an archive of its own masters."""
    create(tmp_path / "keys.json")
    return Archive(
        objects=S3Objects(buckets[0]), keyring=S3Objects(buckets[1]), masters=KeyFile(tmp_path / "keys.json")
    )


def test_a_letter_is_kept_sealed_and_opened_again(archive: Archive, buckets: tuple[Bucket, Bucket]) -> None:
    """Kept twice, it rests once; verified, opened, and nowhere readable."""
    document = archive.identify("hopital-nord", LETTER)
    sealed = archive.keep(document, Role.ORIGINAL, LETTER)
    assert archive.keep(document, Role.ORIGINAL, LETTER) == sealed
    archive.verify(document, sealed)
    assert archive.open(document, sealed) == LETTER
    for bucket in buckets:
        for key in list(S3Objects(bucket).keys()):
            assert b"CANARI" not in S3Objects(bucket).get(key)


def test_bytes_replaced_on_the_server_are_tampering(archive: Archive, buckets: tuple[Bucket, Bucket]) -> None:
    """Whoever can write the bucket can destroy, and nothing else."""
    document = archive.identify("hopital-sud", LETTER)
    sealed = archive.keep(document, Role.ORIGINAL, LETTER)
    (name,) = archive.objects.keys(f"documents/{document[:2]}/{document}/")
    body = bytearray(archive.objects.get(name))
    body[-1] ^= 1
    buckets[0].client().put_object(Bucket=buckets[0].name, Key=name, Body=bytes(body))
    with pytest.raises(Tampered):
        archive.open(document, sealed)
    with pytest.raises(Tampered):
        archive.verify(document, sealed)
