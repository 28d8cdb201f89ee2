"""Signing: AWS's signature, version 4, of a request whose headers are all ours."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from storage.objects.s3.bucket import Bucket


@dataclass(slots=True, kw_only=True)
class Signer:
    """Signs requests to one host (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).

    botocore's signer does the same for any request, at five times the cost: most of it goes into finding out what
    is known here. What a server does not accept is asked again through boto3, which signs anew.
    """

    bucket: Bucket
    #: As it stands in requests, with the port where that is not the scheme's own.
    host: str
    _day: str = ""
    _key: bytes = field(default=b"", repr=False)

    def signed(  # noqa: PLR0913, PLR0917  all that a request is
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, at: datetime | None = None
    ) -> dict[str, str]:
        """Return a request's headers with those that prove who asks.

        Args:
            method: In capitals.
            path: Encoded.
            query: Encoded, its parameters in the order of their names.
            headers: The request's own, by names in lower case.
            body: Is signed too.
            at: The moment of asking, in UTC; now when None.
        """
        moment = (at or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(body).hexdigest()
        every = {"host": self.host, "x-amz-content-sha256": digest, "x-amz-date": moment, **headers}
        names = sorted(every)
        told = "".join(f"{name}:{every[name]}\n" for name in names)
        request = f"{method}\n{path}\n{query}\n{told}\n{';'.join(names)}\n{digest}"
        scope = f"{moment[:8]}/{self.bucket.region}/s3/aws4_request"
        claim = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        signature = hmac.digest(self._key_of(moment[:8]), claim.encode(), "sha256").hex()
        credential = f"{self.bucket.access_key}/{scope}"
        proof = f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={';'.join(names)}, Signature={signature}"
        return every | {"authorization": proof}

    def _key_of(self, day: str) -> bytes:
        """Return the key of a day, derived once."""
        if day != self._day:
            key = f"AWS4{self.bucket.secret_key}".encode()
            for scope in (day, self.bucket.region, "s3", "aws4_request"):
                key = hmac.digest(key, scope.encode(), "sha256")
            # In this order: whoever looks meanwhile derives it too.
            self._key, self._day = key, day
        return self._key
