"""Direct: the requests that make up nearly all traffic go out without boto3."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from botocore.utils import get_environ_proxies

from documents.errors import ObjectsUnavailable
from storage.objects.s3.answers import TAKEN
from storage.objects.s3.bucket import Bucket, Requests
from storage.objects.s3.sending import CHECKSUM
from storage.objects.s3.wire import Wire

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: What a listing says that goes no further; what each object begins and ends with; and what it begins with where it is
#: written plainly. Keys have nothing to escape (`storage.objects.key`). What reads otherwise is read by boto3.
_ALL_TOLD: Final = b"<IsTruncated>false</IsTruncated>"
_OBJECT: Final = b"Contents"
_NAMED: Final = re.compile(rb"<Contents>\s*<Key>([a-z0-9._/-]+)</Key>")


class Direct:
    """Asks a bucket the plain questions, once. What has no plain answer is None: boto3 asks again, and says why.

    boto3 spends fifteen times as long on such a request. It keeps what is rare or delicate: retries, redirects,
    errors, parts, locks.
    """

    def __init__(self, bucket: Bucket, client: "S3Client") -> None:
        """Ask this bucket where its client would. Nothing is asked of it yet."""
        root = client.generate_presigned_url("get_object", Params={"Bucket": bucket.name, "Key": "k"})
        self._wire = Wire(bucket, root.partition("?")[0].removesuffix("/k"))

    def get(self, key: str) -> bytes | None:
        """Return the bytes under a key."""
        answer = self._wire.ask("GET", f"/{key}")
        return answer.body if answer and answer.status == 200 else None

    def put(self, key: str, body: bytes, headers: Mapping[str, str]) -> bool | None:
        """Store bytes under a key that has none yet; False where it has.

        Raises:
            ObjectsUnavailable: The server says that it stored other bytes.
        """
        answer = self._wire.ask("PUT", f"/{key}", {"If-None-Match": "*", **headers}, body)
        if answer is None:
            return None
        digest = headers.get(CHECKSUM)
        if answer.status == 200 and answer.header(CHECKSUM) not in {None, digest}:
            raise ObjectsUnavailable("other-checksum")
        return {200: True, TAKEN: False}.get(answer.status)

    def delete(self, key: str) -> bool | None:
        """Remove the bytes under a key."""
        answer = self._wire.ask("DELETE", f"/{key}")
        return True if answer and answer.status == 204 else None

    def keys(self, prefix: str) -> list[str] | None:
        """Return the keys that start with a prefix, where one answer holds them all.

        Of what stands in a prefix (`storage.objects.key`) a query takes all but the slash as it is.
        """
        answer = self._wire.ask("GET", f"?list-type=2&prefix={prefix.replace('/', '%2F')}")
        if answer is None or answer.status != 200:
            return None
        names = _NAMED.findall(answer.body)
        if _ALL_TOLD not in answer.body or 2 * len(names) != answer.body.count(_OBJECT):
            return None
        return [name.decode() for name in names]


def direct_to(bucket: Bucket, client: "S3Client") -> Direct | None:
    """Return the direct road to a bucket; None where it is not wanted, or leads through a proxy, which boto3 knows."""
    if bucket.requests is Requests.BOTO3:
        return None
    direct = Direct(bucket, client)
    return None if get_environ_proxies(client.meta.endpoint_url) else direct
