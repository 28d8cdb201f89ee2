"""Signing: who asks, and for exactly what, is proven to an S3 by AWS's Signature Version 4."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from storage.objects.s3.bucket import Bucket

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
#: The digest of an empty body.
_NOTHING: Final = hashlib.sha256().hexdigest()


class Signer:
    """Signs requests with a bucket's rights. May be used by many threads at once.

    The steps, their names and their order are those of AWS's "Create a signed AWS API request". botocore's signer takes
    longer for them than a request takes in all.
    """

    def __init__(self, bucket: Bucket, host: str) -> None:
        """Sign what is asked of a bucket at a host: its name, and its port where that is not the scheme's own."""
        self._host = host
        self._region = bucket.region
        self._access_key = bucket.access_key
        self._secret_key = bucket.secret_key
        #: The day for which a key was derived last, and what signs with it: one object, so that no thread sees half.
        self._derived: tuple[str, hmac.HMAC | None] = ("", None)

    def head(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> str:
        """Return a request up to its body: what is told, which is signed, and what proves it.

        Args:
            method: Its method.
            target: Its path, and its query in order where it has one, encoded as they are sent.
            headers: What is told beside.
            body: What is sent.
        """
        at = _instant(int(time.time()))
        digest = hashlib.sha256(body).hexdigest() if body else _NOTHING
        told = {name.lower(): value for name, value in headers.items()}
        told |= {"host": self._host, "x-amz-content-sha256": digest, "x-amz-date": at}
        names = sorted(told)
        lines = "\n".join([f"{name}:{told[name]}" for name in names])
        listed = ";".join(names)
        path, _, query = target.partition("?")
        canonical = f"{method}\n{path}\n{query}\n{lines}\n\n{listed}\n{digest}"
        day = at[:8]
        scope = f"{day}/{self._region}/s3/aws4_request"
        to_sign = f"{_ALGORITHM}\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = self._signature(day, to_sign)
        proof = f"Credential={self._access_key}/{scope}, SignedHeaders={listed}, Signature={signature}"
        last = f"authorization:{_ALGORITHM} {proof}\r\ncontent-length:{len(body)}\r\n\r\n"
        return f"{method} {target} HTTP/1.1\r\n" + lines.replace("\n", "\r\n") + "\r\n" + last

    def _signature(self, day: str, text: str) -> str:
        """Return what only who has the secret key could sign on a day."""
        of, signing = self._derived
        if signing is None or of != day:
            key = f"AWS4{self._secret_key}".encode()
            for part in (day, self._region, "s3", "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            signing = hmac.new(key, digestmod="sha256")
            self._derived = day, signing
        # A copy of one that is set up costs less than to set one up.
        signed = signing.copy()
        signed.update(text.encode())
        return signed.hexdigest()


@lru_cache(maxsize=1)
def _instant(seconds: int) -> str:
    """Return a moment, in seconds since 1970, as it is signed: the same for all requests of a second."""
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))
