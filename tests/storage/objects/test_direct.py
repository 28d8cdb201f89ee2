"""The direct road to a bucket: plain questions get through without boto3, and all else is boto3's to ask."""

import hashlib
import socket
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from documents.errors import Missing, ObjectsUnavailable
from storage.objects.s3 import Bucket, S3Objects
from storage.objects.s3.bucket import Requests
from storage.objects.s3.direct import Direct
from tests.services.certificate import certify
from tests.services.processes import in_a_child
from tests.services.seaweedfs import SeaweedFs

_EMPTY = b"<ListBucketResult xmlns='http://s3.amazonaws.com/doc/2006-03-01/'><IsTruncated>%s</IsTruncated>"
_LISTED = (_EMPTY + b"<Contents><Key>a/b</Key></Contents></ListBucketResult>") % b"true"


@pytest.fixture(scope="session")
def bucket(seaweedfs: SeaweedFs) -> Bucket:
    """Give a bucket of this file's own."""
    return seaweedfs.bucket("direct")


@pytest.fixture
def store(bucket: Bucket) -> Iterator[S3Objects]:
    """Give a store over it, left empty."""
    store = S3Objects(bucket)
    yield store
    for key in list(store.keys()):
        store.delete(key)


def asked_of_boto3(store: S3Objects) -> list[str]:
    """Return a list that grows by each operation for which a store turns to boto3."""
    asked: list[str] = []
    store._client.meta.events.register("before-call.s3", lambda model, **_: asked.append(model.name))
    return asked


def http(status: str, body: bytes = b"", *headers: str) -> bytes:
    """Return an answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def connections(store: S3Objects) -> int:
    """Return how many connections a store keeps open for its next questions."""
    assert store._direct is not None
    return len(store._direct._wire._idle)


@contextmanager
def server_that_says(
    *answers: bytes, tls: ssl.SSLContext | None = None, heard: list[bytes] | None = None
) -> Iterator[Bucket]:
    """Run a server that gives each request the next of its answers, on connections that it closes after one."""
    left, told = list(answers), [] if heard is None else heard

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            told.append(self.request.recv(65536))
            self.request.sendall(left.pop(0))

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        endpoint = f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_address[1]}"
        try:
            yield Bucket(name="b", endpoint=endpoint, region="r", access_key="a", secret_key="s", attempts=1)
        finally:
            server.shutdown()
            thread.join()


def test_plain_questions_do_not_pass_through_boto3(store: S3Objects) -> None:
    """Putting, being second, getting, listing a folder and deleting: what is done for every document."""
    asked = asked_of_boto3(store)
    assert store.put("a/b", b"first")
    assert not store.put("a/b", b"second")
    assert store.get("a/b") == b"first"
    assert list(store.keys("a/")) == ["a/b"]
    store.delete("a/b")
    assert list(store.keys("a/")) == []
    assert asked == []


def test_a_server_may_be_asked_through_boto3_alone(bucket: Bucket) -> None:
    """One that takes offence at how the direct road asks is no reason to wait for a release."""
    store = S3Objects(replace(bucket, requests=Requests.BOTO3))
    asked = asked_of_boto3(store)
    store.put("c/d", b"body")
    assert store.get("c/d") == b"body"
    store.delete("c/d")
    assert asked == ["PutObject", "GetObject", "DeleteObject"]


def test_what_has_no_plain_answer_is_asked_again_through_boto3(store: S3Objects) -> None:
    """It says why, in the words that its errors are told by."""
    asked = asked_of_boto3(store)
    with pytest.raises(Missing):
        store.get("a/none")
    assert asked == ["GetObject"]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        http("200 OK", b"whole")[:-1],
        http("503 Slow Down"),
        http("307 Temporary Redirect", b"", "Location: http://127.0.0.1:1/"),
        b"HTTP/1.1 200 OK\r\n\r\nwhole, who knows?",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwhol\r\n",
        b"HTTP/1.1 200 OK\r\nContent-",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        http("200 OK", b"some") + http("200 OK", b"other"),
        b"SSH-2.0-OpenSSH\r\n",
    ],
    ids=[
        "none",
        "cut short",
        "refused",
        "elsewhere",
        "no end told",
        "cut in chunks",
        "cut in its head",
        "go on",
        "two",
        "another",
    ],
)
def test_what_is_not_exactly_one_answer_is_none(answer: bytes) -> None:
    """What boto3 then brings stands."""
    with server_that_says(answer, http("200 OK", b"whole")) as bucket:
        assert S3Objects(bucket).get("a") == b"whole"


def test_an_answer_may_come_in_chunks() -> None:
    """As the listings of some servers do."""
    listed = _LISTED.replace(b"true", b"false")
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"5\r\n%s\r\n%x;x=y\r\n%s\r\n0\r\nTrailer: z\r\n\r\n" % (listed[:5], len(listed) - 5, listed[5:])
    with server_that_says(head + chunks) as bucket:
        assert Direct(bucket, bucket.client()).keys("a/") == ["a/b"]


@pytest.mark.parametrize(
    ("told", "otherwise"),
    [
        (b"true", b"true"),
        (b"<Key>a/b</Key>", b"<Key>a/b&#13;</Key>"),
        (b"<Key>", b"<ETag>e</ETag><Key>"),
        (b"<Contents>", b"<Contents xmlns:s='s'>"),
        (b"<IsTruncated>", b"<IsTruncated xml:lang='fr'>"),
    ],
    ids=["goes on", "escaped", "in another order", "with attributes", "told otherwise"],
)
def test_a_listing_that_is_not_plainly_all_there_is_is_left_to_boto3(told: bytes, otherwise: bytes) -> None:
    """A first page must not pass for all, and what nobody foresaw must not pass for nothing."""
    listed = _LISTED if told == b"true" else _LISTED.replace(b"true", b"false").replace(told, otherwise)
    with server_that_says(http("200 OK", listed)) as bucket:
        assert Direct(bucket, bucket.client()).keys("a/") is None


def test_a_listing_may_be_indented() -> None:
    """Some servers write for people."""
    listed = _LISTED.replace(b"true", b"false").replace(b"><", b">\n  <")
    with server_that_says(http("200 OK", listed)) as bucket:
        assert Direct(bucket, bucket.client()).keys("a/") == ["a/b"]


def test_a_server_that_stored_other_bytes_is_not_believed() -> None:
    """It says so itself, in the digest of its answer."""
    other = http("200 OK", b"", "x-amz-checksum-sha256: b3RoZXI=")
    with server_that_says(other) as bucket, pytest.raises(ObjectsUnavailable) as raised:
        S3Objects(bucket).put("a", b"body")
    assert raised.value.subject == "other-checksum"


def test_a_server_that_hung_up_meanwhile_is_asked_on_a_new_connection() -> None:
    """Servers close what is idle: that is no outage, and the next question goes the direct road again."""
    whole = http("200 OK", b"whole")
    with server_that_says(whole, whole, whole) as bucket:
        store = S3Objects(bucket)
        assert [store.get("a"), store.get("a")] == [b"whole", b"whole"]
        asked = asked_of_boto3(store)
        assert store.get("a") == b"whole"
        assert asked == []


@pytest.mark.parametrize(("trusted", "answered"), [(True, b"whole"), (False, None)])
def test_within_tls_a_server_must_prove_who_it_is(tmp_path: Path, *, trusted: bool, answered: bytes | None) -> None:
    """One whose certificate nobody vouches for is told nothing."""
    certificate, private = tmp_path / "certificate.pem", tmp_path / "private.pem"
    certify(certificate, private)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, private)
    with server_that_says(http("200 OK", b"whole"), tls=tls) as plain:
        bucket = replace(plain, authorities=str(certificate) if trusted else None)
        assert Direct(bucket, plain.client()).get("a") == answered


def test_a_server_that_is_away_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """While it gives no answer it is left to boto3, which waits and tries again as it was told to."""
    monkeypatch.setattr("storage.objects.s3.wire._SHUNNED", 600.0)
    with server_that_says(b"", http("200 OK", b"whole")) as bucket:
        direct = Direct(bucket, bucket.client())
        assert [direct.get("a"), direct.get("a")] == [None, None]


def test_a_server_that_takes_a_question_and_says_nothing_is_waited_for_so_long_and_no_longer() -> None:
    """Its machine lives, and it hangs: boto3 asks again, with the patience that was set."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
        bucket = Bucket(name="b", endpoint=endpoint, region="r", access_key="a", secret_key="s", read_timeout=1.0)
        assert Direct(bucket, bucket.client()).get("a") is None


def test_what_is_sent_is_signed_with_its_bytes() -> None:
    """Who stands between may neither change them nor put others under the name."""
    heard: list[bytes] = []
    with server_that_says(http("200 OK"), heard=heard) as bucket:
        assert S3Objects(bucket).put("a", b"body")
    head, _, body = heard[0].lower().partition(b"\r\n\r\n")
    assert body == b"body"
    assert b"x-amz-content-sha256:" + hashlib.sha256(b"body").hexdigest().encode() in head
    signed = head.partition(b"signedheaders=")[2].partition(b",")[0].split(b";")
    assert {b"host", b"if-none-match", b"x-amz-checksum-sha256", b"x-amz-content-sha256", b"x-amz-date"} <= {*signed}


def test_no_child_speaks_on_its_parents_connection(store: S3Objects) -> None:
    """Two processes on one would read each other's answers, and one that ends would hang up for the other."""
    store.put("a/b", b"body")
    assert connections(store)

    def work() -> bytes:
        inherited = connections(store)
        return b"%d %s" % (inherited, store.get("a/b"))

    assert in_a_child(work) == b"0 body"
    assert store.get("a/b") == b"body"
