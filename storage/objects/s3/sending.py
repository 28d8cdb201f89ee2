"""Sending bytes to a bucket, each request with a digest that its server compares: in one piece or in many."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from documents.errors import ObjectsUnavailable
from storage.objects.s3.bucket import Bucket, Checksum

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: Bytes of each part of what is sent in many: few enough to hold some, enough for 78 GiB in the 10 000 parts allowed.
PART: Final = 8 * 2**20
#: Sent with a request that must not replace anything.
ONLY_IF_NONE: Final[Mapping[str, str]] = {"IfNoneMatch": "*"}
#: The header in which a digest goes with the bytes.
CHECKSUM: Final = "x-amz-checksum-sha256"
#: The headers that boto3 makes of arguments.
_HEADERS: Final[Mapping[str, str]] = {
    "ContentMD5": "Content-MD5",
    "ChecksumAlgorithm": "x-amz-sdk-checksum-algorithm",
    "ChecksumSHA256": CHECKSUM,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Puts bytes under a key, whatever was there, unless the request says otherwise. Errors are botocore's."""

    bucket: Bucket
    client: "S3Client"

    def put(self, key: str, body: bytes, condition: Mapping[str, str], digest_of: bytes | None = None) -> None:
        """Send all bytes in one request.

        Args:
            key: The key.
            body: The bytes.
            condition: What must be true for them to be stored.
            digest_of: Bytes whose digest goes with them; themselves, but for a probe.
        """
        digest = self._digest(body if digest_of is None else digest_of)
        answer = self.client.put_object(
            Bucket=self.bucket.name,
            Key=key,
            Body=body,
            ContentType="application/octet-stream",
            **_as_arguments(condition, digest),
        )
        if answer.get("ChecksumSHA256", digest.get("ChecksumSHA256")) != digest.get("ChecksumSHA256"):
            raise ObjectsUnavailable("other-checksum")

    def headers(self, body: bytes) -> dict[str, str]:
        """Return the headers of a request that sends all bytes without boto3."""
        named = {"Content-Type": "application/octet-stream"}
        return named | {_HEADERS[name]: value for name, value in self._digest(body).items()}

    def begin(self, key: str) -> str:
        """Begin to send in many parts; return the name of the upload."""
        named = {"ChecksumAlgorithm": "SHA256"} if self.bucket.checksum is Checksum.SHA256 else {}
        made = self.client.create_multipart_upload(
            Bucket=self.bucket.name, Key=key, ContentType="application/octet-stream", **_as_arguments(named)
        )
        return made["UploadId"]

    def send_part(self, key: str, upload: str, number: int, body: bytes) -> dict[str, Any]:
        """Send one part, from 1 on; return what names it at the end."""
        digest = self._digest(body)
        answer = self.client.upload_part(
            Bucket=self.bucket.name, Key=key, UploadId=upload, PartNumber=number, Body=body, **_as_arguments(digest)
        )
        named = {"ChecksumSHA256": digest["ChecksumSHA256"]} if "ChecksumSHA256" in digest else {}
        return {"PartNumber": number, "ETag": answer["ETag"]} | named

    def complete(self, key: str, upload: str, parts: Iterable[dict[str, Any]], condition: Mapping[str, str]) -> None:
        """Let the parts become the object."""
        self.client.complete_multipart_upload(
            Bucket=self.bucket.name,
            Key=key,
            UploadId=upload,
            **_as_arguments(condition, {"MultipartUpload": {"Parts": list(parts)}}),
        )

    def put_locked(self, key: str, until: datetime) -> str:
        """Send an empty object that is locked until a time; return the name of its version."""
        lock = {"ObjectLockMode": self.bucket.lock.name, "ObjectLockRetainUntilDate": until}
        arguments = _as_arguments(lock, self._digest(b""))
        return self.client.put_object(Bucket=self.bucket.name, Key=key, Body=b"", **arguments).get("VersionId", "")

    def retain(self, key: str, until: datetime) -> None:
        """Lock an object until a time."""
        retention = {"Retention": {"Mode": self.bucket.lock.name, "RetainUntilDate": until}}
        self.client.put_object_retention(Bucket=self.bucket.name, Key=key, **_as_arguments(retention))

    def abort(self, key: str, upload: str) -> None:
        """Forget the parts of an upload."""
        self.client.abort_multipart_upload(Bucket=self.bucket.name, Key=key, UploadId=upload)

    def abort_older_than(self, moment: datetime) -> int:
        """Forget the parts of uploads whose sender must be dead; return how many there were."""
        pages = self.client.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket.name)
        old = [
            (upload["Key"], upload["UploadId"])
            for page in pages
            for upload in page.get("Uploads", [])
            if upload["Initiated"] < moment
        ]
        for key, upload_id in old:
            self.abort(key, upload_id)
        return len(old)

    def _digest(self, body: bytes) -> dict[str, str]:
        if self.bucket.checksum is Checksum.MD5:
            md5 = hashlib.md5(body, usedforsecurity=False).digest()
            return {"ContentMD5": base64.b64encode(md5).decode()}
        # Both: Ceph 20 ignores the value when the algorithm is not named beside it.
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        return {"ChecksumAlgorithm": "SHA256", "ChecksumSHA256": digest}


def _as_arguments(*named: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments of a call whose names the stubs know one by one only."""
    return {name: value for each in named for name, value in each.items()}
