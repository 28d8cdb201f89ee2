"""Objects in S3, against a real server."""

import socket
import socketserver
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
from threading import Thread
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    ResponseStreamingError,
    SSLError,
)

from documents.errors import Missing, ObjectsUnavailable, VersoError, WrongSetting
from storage.objects.s3 import Bucket, S3Objects
from storage.objects.s3.bucket import Requests
from tests.contracts.objects import ObjectsContract, Reopen
from tests.services.seaweedfs import PUBLIC_BUCKET, SeaweedFs


@pytest.fixture(scope="session")
def lasting_bucket(seaweedfs: SeaweedFs) -> Bucket:
    """Give a bucket that all tests share: SeaweedFS keeps volumes open for each."""
    return seaweedfs.bucket("contract")


@pytest.fixture(scope="session")
def clients(lasting_bucket: Bucket) -> list[S3Objects]:
    """Give eight stores over the bucket: boto3 takes its time to make one."""
    return [S3Objects(lasting_bucket) for _ in range(8)]


@pytest.fixture(scope="session")
def lasting_stores_by_boto3(lasting_bucket: Bucket) -> list[S3Objects]:
    """Give two stores over the bucket that do not go the direct road."""
    return [by_boto3(lasting_bucket) for _ in range(2)]


@pytest.fixture
def emptied(clients: list[S3Objects]) -> list[S3Objects]:
    """Give the stores, with nothing in them."""
    for key in list(clients[0].keys()):
        clients[0].delete(key)
    return clients


@pytest.fixture
def bucket(lasting_bucket: Bucket, emptied: list[S3Objects]) -> Bucket:
    """Give the bucket, with nothing in it."""
    assert not list(emptied[0].keys())
    return lasting_bucket


@pytest.fixture(scope="session")
def lasting_store_that_fails() -> S3Objects:
    """Give a store over a server that is away."""
    bucket = Bucket(name="b", endpoint="http://127.0.0.1:1", region="r", access_key="a", secret_key="s", attempts=1)
    return S3Objects(bucket)


@pytest.fixture
def store_that_fails_with(lasting_store_that_fails: S3Objects) -> Iterator[Callable[[Exception], S3Objects]]:
    """Give what makes a store whose every call fails with an error of botocore."""
    events = lasting_store_that_fails._client.meta.events
    raised: list[Exception] = []

    def fail(**_: object) -> None:
        raise raised[-1]

    def failing(error: Exception) -> S3Objects:
        raised.append(error)
        return lasting_store_that_fails

    events.register("before-send.s3", fail)
    yield failing
    events.unregister("before-send.s3", fail)


def answer(code: str, status: int) -> ClientError:
    """Return what botocore makes of a refusal."""
    response: Any = {"Error": {"Code": code, "Message": "m"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Act")


class TestS3Objects(ObjectsContract):
    """They keep the contract on SeaweedFS."""

    @pytest.fixture
    def reopen(self, emptied: list[S3Objects]) -> Reopen:
        """Give stores over an empty bucket, eight in turn."""
        return partial(next, cycle(emptied))


class TestS3ObjectsThroughBoto3(ObjectsContract):
    """They keep it as well where nothing is asked of the server but through boto3."""

    @pytest.fixture
    def reopen(self, emptied: list[S3Objects], lasting_stores_by_boto3: list[S3Objects]) -> Reopen:
        """Give stores over an empty bucket, some in turn."""
        assert emptied
        return partial(next, cycle(lasting_stores_by_boto3))


def by_boto3(bucket: Bucket) -> S3Objects:
    """Return a store that asks nothing but through boto3, where tests can lay hands on requests."""
    return S3Objects(replace(bucket, requests=Requests.BOTO3))


def without_headers(bucket: Bucket, *names: str) -> S3Objects:
    """Return a store whose puts lose these headers on the way, as with a server that ignores them."""
    store = by_boto3(bucket)

    def strip(request: AWSRequest, **_: object) -> None:
        for name in names:
            del request.headers[name]

    store._client.meta.events.register("before-sign.s3.PutObject", strip)
    return store


@pytest.fixture
def objects_that_ignore_conditions(bucket: Bucket) -> S3Objects:
    """Give a store on which the last writer wins."""
    return without_headers(bucket, "If-None-Match")


@pytest.fixture
def objects_that_ignore_checksums(bucket: Bucket) -> S3Objects:
    """Give a store that takes whatever arrives."""
    return without_headers(bucket, "x-amz-checksum-sha256", "x-amz-sdk-checksum-algorithm")


@pytest.fixture
def objects_that_anyone_may_read(seaweedfs: SeaweedFs) -> S3Objects:
    """Give a store in a bucket that is open to the world."""
    return S3Objects(seaweedfs.bucket(PUBLIC_BUCKET, create=False))


@pytest.mark.parametrize(
    ("liar", "broken"),
    [
        ("objects_that_ignore_conditions", "accepts a second put"),
        ("objects_that_ignore_checksums", "ignores checksums"),
        ("objects_that_anyone_may_read", "lets strangers read"),
    ],
)
def test_a_server_that_lies_is_found_out(request: pytest.FixtureRequest, liar: str, broken: str) -> None:
    """Nothing is entrusted to it, the broken promise is named, and the probe is cleared away."""
    store: S3Objects = request.getfixturevalue(liar)
    with pytest.raises(WrongSetting) as raised:
        store.check()
    assert broken in raised.value.subject
    assert list(store.keys()) == []


def test_bytes_garbled_on_the_way_are_not_stored(bucket: Bucket) -> None:
    """The server compares what arrives with the digest that was sent."""
    store = by_boto3(bucket)

    def garble(request: AWSRequest, **_: object) -> None:
        request.data = b"garbled!"

    store._client.meta.events.register("before-sign.s3.PutObject", garble)
    with pytest.raises(ObjectsUnavailable):
        store.put("a/b", b"as sealed")
    assert list(store.keys()) == []


def test_a_stranger_is_the_worlds_fault(bucket: Bucket) -> None:
    """Wrong credentials stop the work, and lose nothing: it goes on when they are set right."""
    store = S3Objects(replace(bucket, secret_key="another"))
    for act in (lambda: store.put("a", b""), lambda: store.get("a"), lambda: list(store.keys()), store.check):
        with pytest.raises(ObjectsUnavailable):
            act()


def test_a_missing_bucket_is_not_a_missing_object(seaweedfs: SeaweedFs) -> None:
    """A mistyped bucket must not look like lost documents."""
    with pytest.raises(ObjectsUnavailable) as raised:
        S3Objects(seaweedfs.bucket("mistyped", create=False)).get("a")
    assert raised.value.subject == "NoSuchBucket"


def store_on(port: int, seconds: float = 60.0) -> S3Objects:
    """Return a store on a server of loopback, which waits for so long, and asks once."""
    bucket = Bucket(
        name="b",
        endpoint=f"http://127.0.0.1:{port}",
        region="r",
        access_key="a",
        secret_key="s",
        connect_timeout=seconds,
        read_timeout=seconds,
        attempts=1,
    )
    return S3Objects(bucket)


@contextmanager
def server_that_answers(answer: bytes) -> Iterator[int]:
    """Run a server that reads a request, says this much, and then nothing more."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(answer)

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def test_a_server_that_is_away_is_the_worlds_fault() -> None:
    """Nobody listens."""
    with pytest.raises(ObjectsUnavailable) as raised:
        store_on(1).get("a")
    assert raised.value.subject == "EndpointConnectionError"


def test_a_server_that_hangs_is_given_up_on() -> None:
    """It takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(ObjectsUnavailable) as raised:
        store_on(mute.getsockname()[1], seconds=0.2).get("a")
    assert raised.value.subject == "ReadTimeoutError"


@pytest.mark.parametrize(
    ("answer", "subject"),
    [
        (b"", "ConnectionClosedError"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly a part", "ResponseStreamingError"),
        (b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n", "503"),
    ],
)
def test_an_answer_cut_short_is_never_taken_for_the_object(answer: bytes, subject: str) -> None:
    """A connection that breaks in the middle of an object is the world's fault."""
    with server_that_answers(answer) as port, pytest.raises(ObjectsUnavailable) as raised:
        store_on(port).get("a")
    assert raised.value.subject == subject


@pytest.mark.parametrize(
    ("error", "ours", "subject"),
    [
        (answer("NoSuchKey", 404), Missing, "a/b"),
        (answer("NoSuchBucket", 404), ObjectsUnavailable, "NoSuchBucket"),
        (answer("AccessDenied", 403), ObjectsUnavailable, "AccessDenied"),
        (answer("BadDigest", 400), ObjectsUnavailable, "BadDigest"),
        (answer("SlowDown", 503), ObjectsUnavailable, "SlowDown"),
        (answer("InternalError", 500), ObjectsUnavailable, "InternalError"),
        (EndpointConnectionError(endpoint_url="x"), ObjectsUnavailable, "EndpointConnectionError"),
        (ConnectTimeoutError(endpoint_url="x"), ObjectsUnavailable, "ConnectTimeoutError"),
        (ReadTimeoutError(endpoint_url="x"), ObjectsUnavailable, "ReadTimeoutError"),
        (ConnectionClosedError(endpoint_url="x"), ObjectsUnavailable, "ConnectionClosedError"),
        (SSLError(endpoint_url="x", error=OSError("y")), ObjectsUnavailable, "SSLError"),
        (ProxyConnectionError(proxy_url="x"), ObjectsUnavailable, "ProxyConnectionError"),
        (ResponseStreamingError(error="y"), ObjectsUnavailable, "ResponseStreamingError"),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), ObjectsUnavailable, "IncompleteReadError"),
        (NoCredentialsError(), ObjectsUnavailable, "NoCredentialsError"),
    ],
    ids=lambda value: getattr(value, "__name__", None) or type(value).__name__,
)
@pytest.mark.parametrize("act", ["put", "get", "delete", "keys"])
def test_no_foreign_error_passes(
    store_that_fails_with: Callable[[Exception], S3Objects],
    error: Exception,
    ours: type[VersoError],
    subject: str,
    act: str,
) -> None:
    """Each of botocore's becomes one of ours, which keeps it as its cause and quotes nothing of it."""
    store = store_that_fails_with(error)
    acts: dict[str, Callable[[], object]] = {
        "put": lambda: store.put("a/b", b""),
        "get": lambda: store.get("a/b"),
        "delete": lambda: store.delete("a/b"),
        "keys": lambda: list(store.keys("a/b")),
    }
    with pytest.raises(ours) as raised:
        acts[act]()
    assert raised.value.subject == subject
    assert raised.value.__cause__ is error


@pytest.mark.parametrize("conflicts", [1, 7])
def test_a_contended_write_is_tried_again(bucket: Bucket, conflicts: int) -> None:
    """409 says that another write of the key is under way: who won is known a moment later."""
    store = by_boto3(bucket)
    left = [conflicts]

    def contend(**_: object) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise answer("ConditionalRequestConflict", 409)

    store._client.meta.events.register("before-send.s3.PutObject", contend)
    assert store.put("a/b", b"body")


def test_a_write_contended_for_ever_is_the_worlds_fault(
    store_that_fails_with: Callable[[Exception], S3Objects],
) -> None:
    """It is given up on, and the work is tried again later."""
    with pytest.raises(ObjectsUnavailable) as raised:
        store_that_fails_with(answer("ConditionalRequestConflict", 409)).put("a/b", b"body")
    assert raised.value.subject == "contended"


def test_credentials_are_not_printed(bucket: Bucket) -> None:
    """Neither by the bucket nor by the store."""
    assert bucket.secret_key not in repr(bucket) + repr(S3Objects(bucket)) + repr(vars(S3Objects(bucket)))
    assert bucket.access_key not in repr(bucket)


def test_what_is_locked_cannot_be_deleted_before_its_time(seaweedfs: SeaweedFs) -> None:
    """Nor its lock shortened; it may be made to last longer. What hides it leaves the bytes where they are."""
    bucket = seaweedfs.bucket("locked", locked=True)
    store, client = S3Objects(bucket), bucket.client()
    store.put("a/b", b"sealed")
    until = datetime.now(UTC) + timedelta(seconds=60)
    assert store.retain("a/b", until)
    assert store.retain("a/b", until + timedelta(seconds=60))
    with pytest.raises(ObjectsUnavailable):
        store.retain("a/b", until)
    (version,) = client.list_object_versions(Bucket="locked")["Versions"]
    store.delete("a/b")
    with pytest.raises(ClientError):
        client.delete_object(Bucket="locked", Key="a/b", VersionId=version["VersionId"])
    left = client.get_object(Bucket="locked", Key="a/b", VersionId=version["VersionId"])
    assert left["Body"].read() == b"sealed"


def test_uploads_without_a_sender_are_forgotten(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a sender that was killed would be paid for for ever: they go when the store is next looked at."""
    client = bucket.client()
    client.create_multipart_upload(Bucket=bucket.name, Key="a/left")
    S3Objects(bucket).check()
    assert len(client.list_multipart_uploads(Bucket=bucket.name)["Uploads"]) == 1
    monkeypatch.setattr("storage.objects.s3.store._ABANDONED", timedelta(seconds=-5))
    S3Objects(bucket).check()
    assert "Uploads" not in client.list_multipart_uploads(Bucket=bucket.name)


def test_an_upload_that_fails_is_forgotten_at_once(bucket: Bucket) -> None:
    """P1: neither an object nor parts of one are left."""
    store = S3Objects(bucket)

    def fail(**_: object) -> None:
        raise answer("InternalError", 500)

    store._client.meta.events.register("before-send.s3.UploadPart", fail)
    with pytest.raises(ObjectsUnavailable):
        store.put_stream("a/b", [bytes(9_000_000)])
    assert list(store.keys()) == []
    assert "Uploads" not in bucket.client().list_multipart_uploads(Bucket=bucket.name)


@pytest.mark.parametrize(
    "url",
    [
        "s3://b?endpoint=https://x&region=gra&style=virtual&checksum=md5&puts=arbitrated&lock=compliance",
        f"s3://b?network=private&country=FR&ca={__file__}&connect=2&read=30&tries=2",
    ],
)
def test_an_url_says_how_a_bucket_is_spoken_to(url: str) -> None:
    """Every option counts."""
    bucket = Bucket.at(url, "a", "s", "VERSO_OBJECTS_URL")
    said = [str(getattr(bucket, field)) for field in Bucket.__slots__]
    for value in (pair.partition("=")[2] for pair in url.partition("?")[2].split("&")):
        assert {value, f"{value}.0"} & set(said)


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "s3://b/c",
        "s3://k:s@b",
        "s3://b?styl=path",
        "s3://b?style=paht",
        "s3://b?read=0",
        "s3://b?country=France",
        "s3://b?ca=/nowhere/authority.pem",
    ],
)
def test_a_mistyped_url_is_a_wrong_setting(url: str) -> None:
    """The setting is named, and what it says is not repeated."""
    with pytest.raises(WrongSetting) as raised:
        Bucket.at(url, "a", "s", "VERSO_OBJECTS_URL")
    assert raised.value.subject == "VERSO_OBJECTS_URL"
