"""Objects in any S3, spoken to by boto3: what is put is never replaced, and arrives as it was sent or not at all."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from documents.errors import Missing, ObjectsUnavailable, WrongSetting
from storage.objects.key import checked, checked_prefix
from storage.objects.probe import prove_promises

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: The key had bytes already (RFC 9110, section 13.1.2).
_TAKEN: Final = 412
#: Another conditional write of the same key is under way; whether it wins is not known yet.
_CONTENDED: Final = 409
#: How often a contended write is tried.
_TRIES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Where a bucket is and who may use it."""

    name: str
    #: URL of the service; None for AWS's own of the region.
    endpoint: str | None
    region: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    #: Whether the bucket stands in the path (most hosts) or in the host name.
    path_style: bool = True
    #: File with the certificates to trust; None for the system's.
    authorities: str | None = None
    #: Seconds to wait for a connection, and for each answer.
    connect_timeout: float = 5.0
    read_timeout: float = 60.0
    #: How often a call is tried in all, with growing pauses, before it counts as failed.
    attempts: int = 4

    def client(self, *, signed: bool = True) -> "S3Client":
        """Return a client of this bucket's service, which signs what it asks, or asks as a stranger."""
        config = Config(
            signature_version="s3v4" if signed else UNSIGNED,
            connect_timeout=self.connect_timeout,
            read_timeout=self.read_timeout,
            retries={"mode": "standard", "total_max_attempts": self.attempts},
            s3={"addressing_style": "path" if self.path_style else "virtual"},
            # boto3's own trailing checksums are stored inside the object by some servers (boto3#4435); we send a
            # header with every put instead, and what is read is authenticated by its envelope.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        client: S3Client = boto3.session.Session(
            aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key, region_name=self.region
        ).client("s3", endpoint_url=self.endpoint, verify=self.authorities, config=config)
        return client


class S3Objects:
    """Keeps objects in a bucket: see `storage.objects.interface.Objects`."""

    def __init__(self, bucket: Bucket) -> None:
        """Use this bucket, which exists. Nothing is asked of it yet."""
        self._bucket = bucket
        self._client = bucket.client()

    def put(self, key: str, body: bytes) -> bool:
        """Store bytes under a key that has none yet.

        False also when an answer was lost and the call, tried again, met its own bytes.
        """
        for _ in range(_TRIES):
            with _translated(key):
                try:
                    self._put(checked(key), body, hashlib.sha256(body).digest())
                except ClientError as error:
                    if _status(error) == _CONTENDED:
                        continue
                    if _status(error) == _TAKEN:
                        return False
                    raise
                return True
        raise ObjectsUnavailable("contended")

    def get(self, key: str) -> bytes:
        """Return the bytes under a key."""
        with _translated(key):
            return self._client.get_object(Bucket=self._bucket.name, Key=checked(key))["Body"].read()

    def delete(self, key: str) -> None:
        """Remove the bytes under a key. In a bucket with versions the older ones stay."""
        with _translated(key):
            self._client.delete_object(Bucket=self._bucket.name, Key=checked(key))

    def keys(self, prefix: str = "") -> Iterator[str]:
        """Yield every key that starts with a prefix, in ascending order."""
        return self._pages(checked_prefix(prefix))

    def check(self) -> None:
        """Prove that the store keeps its promises, those of S3 among them: checksums count and strangers see nothing.

        Raises:
            ObjectsUnavailable: It cannot be reached or written.
            WrongSetting: It answers, but breaks a promise, which is named.
        """
        prove_promises(self)
        self._prove_checksums()
        self._prove_strangers_see_nothing()

    def _put(self, key: str, body: bytes, digest: bytes) -> None:
        """Store bytes if there are none, sent with a digest of theirs."""
        self._client.put_object(
            Bucket=self._bucket.name,
            Key=key,
            Body=body,
            IfNoneMatch="*",
            # Both: Ceph 20 ignores the value when the algorithm is not named beside it.
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=base64.b64encode(digest).decode(),
            ContentType="application/octet-stream",
        )

    def _pages(self, prefix: str) -> Iterator[str]:
        """Yield keys page by page."""
        with _translated(prefix):
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket.name, Prefix=prefix):
                yield from (entry["Key"] for entry in page.get("Contents", []))

    def _prove_checksums(self) -> None:
        """Put bytes with a digest of others: only a server that compares refuses them."""
        key = "probe/wrong-checksum"
        with _translated(key):
            try:
                self._put(key, b"one", hashlib.sha256(b"other").digest())
            except ClientError as error:
                if 400 <= _status(error) < 500 and _status(error) not in {401, 403, _TAKEN}:
                    return
                raise
            finally:
                self._client.delete_object(Bucket=self._bucket.name, Key=key)
        raise WrongSetting("object store: ignores checksums")

    def _prove_strangers_see_nothing(self) -> None:
        """Read an object that exists without signing: only a server that guards it refuses."""
        key = "probe/guarded"
        stranger = self._bucket.client(signed=False)
        with _translated(key):
            self.put(key, b"guarded")
            try:
                stranger.get_object(Bucket=self._bucket.name, Key=key)
            except ClientError as error:
                if _status(error) in {401, 403}:
                    return
                raise
            finally:
                self._client.delete_object(Bucket=self._bucket.name, Key=key)
        raise WrongSetting("object store: lets strangers read")


def _status(error: ClientError) -> int:
    """Return the HTTP status of an answer."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)


@contextmanager
def _translated(key: str) -> Iterator[None]:
    """Let no error of botocore pass. Sorted by the service's codes, never by text."""
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code == "NoSuchKey":
            raise Missing(key) from error
        raise ObjectsUnavailable(code) from error
    except BotoCoreError as error:
        raise ObjectsUnavailable(type(error).__name__) from error
