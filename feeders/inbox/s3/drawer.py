"""A drawer: what lies below a prefix of a bucket that is not ours, as it is listed, read, put in and taken out."""

import base64
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from documents.errors import InboxUnavailable
from storage.objects.s3.answers import TAKEN, code, status
from storage.objects.s3.bucket import Bucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_GONE: Final = 404
#: What a server answers that does not know conditions on deletions.
_NOT_KNOWN: Final = 501
#: The version of what was put while a bucket kept none: it names no single object.
_NO_VERSION: Final = "null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An object as it is listed."""

    #: Its name below the prefix.
    name: str = field(repr=False)
    #: What the server calls its content; another one when it is replaced.
    tag: str
    size: int
    #: When it was put there. Aware, in UTC.
    since: datetime

    @property
    def mark(self) -> str:
        """What stands for this content under this name: 64 hex characters that nobody undoes without the content."""
        return hashlib.sha256(f"{self.tag}\0{self.name}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An object that was read."""

    content: bytes = field(repr=False)
    #: Which of several under its name it is, where the bucket tells.
    version: str | None


class Drawer:
    """The objects below a prefix. A listing is the truth; names are data."""

    def __init__(self, bucket: Bucket, prefix: str, client: "S3Client | None" = None) -> None:
        """Ask nothing yet.

        Args:
            bucket: The bucket.
            prefix: What the names of all that is meant begin with; a slash at its end, or nothing at all.
            client: Asks the bucket; one of its own when None.
        """
        self._bucket = bucket.name
        self._prefix = prefix
        self._client = client or bucket.client()

    def items(self, below: str = "") -> Iterator[Item]:
        """Yield what there is, in the server's order.

        Args:
            below: What the names must begin with.
        """
        with _translated():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + below):
                for found in page.get("Contents", []):
                    yield Item(
                        name=found["Key"].removeprefix(self._prefix),
                        tag=found["ETag"],
                        size=found["Size"],
                        since=found["LastModified"],
                    )

    def has(self, item: Item) -> bool:
        """Tell whether something is there still, and has not been replaced."""
        with _translated():
            return self._tag(item.name) == item.tag

    def read(self, item: Item) -> Taken | None:
        """Return the whole of something; None when it is gone or was replaced."""
        with _translated(), suppress(_Other):
            answer = self._got(item)
            return Taken(content=answer["Body"].read(), version=answer.get("VersionId"))
        return None

    def read_range(self, item: Item, length: int, at: int) -> bytes:
        """Return so many bytes of something from a place on; none when it is gone or was replaced."""
        if length <= 0 or at >= item.size:
            return b""
        with _translated(), suppress(_Other):
            return bytes(self._got(item, Range=f"bytes={at}-{at + length - 1}")["Body"].read())
        return b""

    def get(self, name: str) -> bytes:
        """Return what is under a name of ours; nothing when it is gone."""
        with _translated():
            try:
                return self._client.get_object(Bucket=self._bucket, Key=self._prefix + name)["Body"].read()
            except ClientError as error:
                if status(error) == _GONE:
                    return b""
                raise

    def put(self, name: str, content: bytes = b"") -> None:
        """Put something under a name, whatever was there."""
        digest = hashlib.sha256(content).digest()
        with _translated():
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._prefix + name,
                Body=content,
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=base64.b64encode(digest).decode(),
            )

    def drop(self, name: str) -> None:
        """Remove what is under a name of ours. Twice is safe."""
        with _translated():
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + name)

    def take_out(self, item: Item, version: str | None) -> None:
        """Remove what was read, and nothing that was put there since. Twice is safe.

        By its version where the bucket keeps versions; else the server compares. One that does not compare is asked
        first what lies there: what is put in the very moment between would be lost, see `removes_by_condition`.
        """
        key = self._prefix + item.name
        with _translated():
            if version is not None and version != _NO_VERSION:
                self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version)
            elif self._tag(item.name) == item.tag:
                self._delete_if(key, item.tag)

    def removes_by_condition(self, item: Item) -> bool:
        """Tell whether the server removes nothing but what is meant; the item is gone afterwards."""
        with _translated():
            key = self._prefix + item.name
            self._delete_if(key, f'"{"0" * 32}"')
            kept = self._tag(item.name) == item.tag
            self._client.delete_object(Bucket=self._bucket, Key=key)
            return kept

    def _delete_if(self, key: str, tag: str) -> None:
        try:
            self._client.delete_object(Bucket=self._bucket, Key=key, IfMatch=tag)
        except ClientError as error:
            if status(error) == _NOT_KNOWN:
                self._client.delete_object(Bucket=self._bucket, Key=key)
            elif status(error) not in {_GONE, TAKEN}:
                raise

    def _got(self, item: Item, **more: Any) -> Any:
        try:
            return self._client.get_object(Bucket=self._bucket, Key=self._prefix + item.name, IfMatch=item.tag, **more)
        except ClientError as error:
            if status(error) in {_GONE, TAKEN}:
                raise _Other from error
            raise

    def _tag(self, name: str) -> str | None:
        try:
            return self._client.head_object(Bucket=self._bucket, Key=self._prefix + name)["ETag"]
        except ClientError as error:
            if status(error) == _GONE:
                return None
            raise


class _Other(Exception):
    """Something else lies there, or nothing."""


@contextmanager
def _translated() -> Iterator[None]:
    """Turn any failure of the bucket into `InboxUnavailable`.

    Raises:
        InboxUnavailable: The bucket failed.
    """
    try:
        yield
    except ClientError as error:
        # Not `from error`: the answer repeats the key, which may be a patient's name.
        raise InboxUnavailable(code(error)) from None
    except BotoCoreError as error:
        raise InboxUnavailable(type(error).__name__) from None
