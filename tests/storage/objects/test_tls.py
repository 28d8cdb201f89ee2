"""An S3 over TLS: what a local authority vouches for is spoken to, anything else is sent nothing."""

import socket
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

import pytest

from documents.errors import ObjectsUnavailable
from storage.objects.s3 import Bucket, S3Objects
from storage.objects.s3.bucket import Requests
from tests.services.certificate import Authority
from tests.services.seaweedfs import SeaweedFs

_PIECE: Final = 65536


@dataclass
class Front:
    """A server that speaks TLS before one that does not, as a host's load balancer does."""

    endpoint: str
    #: Bytes that came through, deciphered.
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def front_of(backend: str, certificate: Path, private: Path) -> Iterator[Front]:
    """Run one that shows a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, private)
    behind = urlsplit(backend)
    place = (behind.hostname or "", behind.port or 0)
    heard: list[bytes] = []

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with (
                suppress(OSError),
                context.wrap_socket(self.request, server_side=True) as near,
                socket.create_connection(place) as far,
            ):
                back = Thread(target=_pour, args=(far, near, []))
                back.start()
                _pour(near, far, heard)
                far.shutdown(socket.SHUT_WR)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Front(endpoint=f"https://127.0.0.1:{server.server_address[1]}", heard=heard)
        finally:
            server.shutdown()
            thread.join()


def _pour(source: socket.socket, target: socket.socket, noted: list[bytes]) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE):
            noted.append(piece)
            target.sendall(piece)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give an authority of this house."""
    return Authority.found(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def plain(seaweedfs: SeaweedFs) -> Bucket:
    """Give the bucket as it is behind the front."""
    return seaweedfs.bucket("behind-tls")


@pytest.fixture(params=list(Requests))
def bucket(request: pytest.FixtureRequest, plain: Bucket) -> Bucket:
    """Give it as it is spoken to on each of both roads, tried once."""
    return replace(plain, requests=request.param, attempts=1, connect_timeout=30.0, read_timeout=60.0)


def test_what_a_local_authority_vouches_for_is_spoken_to(plain: Bucket, bucket: Bucket, authority: Authority) -> None:
    """`ca=` names it; every verb goes through, in one request and in parts, and the bucket's look says TLS."""
    with front_of(str(plain.endpoint), *authority.certify("127.0.0.1")) as front:
        store = S3Objects(replace(bucket, endpoint=front.endpoint, authorities=str(authority.certificate)))
        assert store.put("a/b", b"sealed")
        assert not store.put("a/b", b"again")
        assert store.put_stream("a/c", [bytes(9_000_000)])
        assert (store.get("a/b"), b"".join(store.stream("a/b"))) == (b"sealed", b"sealed")
        assert list(store.keys("a/")) == ["a/b", "a/c"]
        assert store._examiner.transport().says == "speaks TLS"
        store.check()
        for key in ("a/b", "a/c"):
            store.delete(key)
        assert front.heard


@pytest.mark.parametrize("wrong", ["unknown-authority", "other-host", "no-authority-named"])
def test_a_wrong_certificate_is_sent_nothing(
    plain: Bucket, bucket: Bucket, authority: Authority, tmp_path: Path, wrong: str
) -> None:
    """Not a byte of a request leaves: neither an envelope nor a signature. Work waits, as for any outage."""
    signer = Authority.found(tmp_path) if wrong == "unknown-authority" else authority
    shown = signer.certify("storage.example" if wrong == "other-host" else "127.0.0.1")
    trusted = None if wrong == "no-authority-named" else str(authority.certificate)
    with front_of(str(plain.endpoint), *shown) as front:
        store = S3Objects(replace(bucket, endpoint=front.endpoint, authorities=trusted))
        for act in (
            lambda: store.put("a/b", b"sealed"),
            lambda: store.get("a/b"),
            lambda: list(store.keys("a/")),
            lambda: store.put_stream("a/c", [bytes(9_000_000)]),
            store.check,
        ):
            with pytest.raises(ObjectsUnavailable):
                act()
        assert front.heard == []


def test_a_server_that_speaks_no_tls_is_an_outage(bucket: Bucket, authority: Authority) -> None:
    """A request in clear is never tried instead."""
    heard: list[bytes] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:

        def answer() -> None:
            with suppress(OSError):
                while True:
                    with listening.accept()[0] as near:
                        heard.append(near.recv(_PIECE))

        Thread(target=answer, daemon=True).start()
        endpoint = f"https://127.0.0.1:{listening.getsockname()[1]}"
        store = S3Objects(replace(bucket, endpoint=endpoint, authorities=str(authority.certificate)))
        with pytest.raises(ObjectsUnavailable):
            store.get("a/b")
        assert all(not said.startswith(b"GET") for said in heard)
