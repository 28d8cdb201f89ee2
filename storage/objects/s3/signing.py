"""Signing: who asks, and for exactly what, is proven to an S3 by AWS's Signature Version 4."""

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Final

from storage.objects.s3.bucket import Bucket

_ALGORITHM: Final = "AWS4-HMAC-SHA256"


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

    def signed(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
        """Return a request's headers with those that prove it; their names are in lower case, and all are signed.

        Args:
            method: Its method.
            target: Its path, and its query in order where it has one, encoded as they are sent.
            headers: What is told beside.
            body: What is sent.
        """
        at = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        digest = hashlib.sha256(body).hexdigest()
        told = {name.lower(): value for name, value in headers.items()}
        told |= {"host": self._host, "x-amz-content-sha256": digest, "x-amz-date": at}
        names = sorted(told)
        lines = "".join([f"{name}:{told[name]}\n" for name in names])
        listed = ";".join(names)
        path, _, query = target.partition("?")
        canonical = f"{method}\n{path}\n{query}\n{lines}\n{listed}\n{digest}"
        day = at[:8]
        scope = f"{day}/{self._region}/s3/aws4_request"
        to_sign = f"{_ALGORITHM}\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = self._signature(day, to_sign)
        credential = f"{self._access_key}/{scope}"
        told["authorization"] = f"{_ALGORITHM} Credential={credential}, SignedHeaders={listed}, Signature={signature}"
        return told

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
