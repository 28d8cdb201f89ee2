"""Signing by ourselves gives what botocore's signer gives."""

import time
from collections.abc import Mapping
from functools import partial
from typing import Final

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from storage.objects.s3 import Bucket
from storage.objects.s3.signing import Signer

_BUCKET: Final = Bucket(
    name="b", endpoint="https://s3.example:8443", region="fr-par", access_key="who", secret_key="how"
)


@pytest.mark.parametrize(
    ("method", "target", "headers", "body"),
    [
        ("GET", "/b/documents/25/original-0-1", {}, b""),
        ("GET", "/b?list-type=2&prefix=25%2Fab%2F", {}, b""),
        ("PUT", "/b/a.b_c-d", {"If-None-Match": "*", "Content-Type": "application/octet-stream"}, b"body"),
        ("DELETE", "/b/a", {"x-amz-sdk-checksum-algorithm": "SHA256"}, b""),
    ],
)
@pytest.mark.parametrize("day", [0, 86_400, 1_800_000_000])
def test_a_signature_is_the_one_that_aws_defines(  # noqa: PLR0913, PLR0917  a request has so many parts
    monkeypatch: pytest.MonkeyPatch, method: str, target: str, headers: Mapping[str, str], body: bytes, day: int
) -> None:
    """Of whatever is asked, on whatever day."""
    monkeypatch.setattr(time, "time", lambda: day + 0.9)
    first, signed = _apart(Signer(_BUCKET, "s3.example:8443").head(method, target, headers, body))
    assert first == f"{method} {target} HTTP/1.1"
    assert signed["content-length"] == str(len(body))
    assert {name.lower(): value for name, value in headers.items()}.items() <= signed.items()
    request = AWSRequest(
        method, f"https://s3.example:8443{target}", dict(headers) | {"X-Amz-Date": signed["x-amz-date"]}, body
    )
    signer = S3SigV4Auth(Credentials("who", "how"), "s3", "fr-par")
    request.context["timestamp"] = signed["x-amz-date"]
    request.headers["X-Amz-Content-SHA256"] = signed["x-amz-content-sha256"]
    to_sign = signer.string_to_sign(request, signer.canonical_request(request))
    assert signed["authorization"].endswith(f"Signature={signer.signature(to_sign, request)}")


def test_the_key_of_a_day_does_not_serve_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process lives through midnights."""
    signer, told = Signer(_BUCKET, "h"), []
    for moment in (86_399.0, 86_400.0, 86_399.5):
        monkeypatch.setattr(time, "time", partial(float, moment))
        told.append(_apart(signer.head("GET", "/b/a", {}, b""))[1]["authorization"].rpartition("=")[2])
    assert told[0] == told[2] != told[1]


def _apart(head: str) -> tuple[str, dict[str, str]]:
    """Return the first line of a request, and its headers, checked to end as one does."""
    lines, blank, body = head.partition("\r\n\r\n")
    first, *headers = lines.split("\r\n")
    assert (blank, body) == ("\r\n\r\n", "")
    return first, dict(line.split(":", 1) for line in headers)
