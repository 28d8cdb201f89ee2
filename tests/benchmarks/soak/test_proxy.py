"""The soak's proxy does to connections what its faults are named for."""

import gc
import socket
import socketserver
import threading
from collections.abc import Iterator

import pytest

from benchmarks.soak.proxy import Proxy


class Echo(socketserver.BaseRequestHandler):
    """Sends back what it gets."""

    def handle(self) -> None:
        """Serve one connection."""
        while piece := self.request.recv(65536):
            self.request.sendall(piece)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy before a server that echoes; nothing of it is left behind."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        proxy = Proxy(server.server_address[1])
        yield proxy
        proxy.close()
        server.shutdown()
        thread.join()
    gc.collect()


def connected(proxy: Proxy) -> socket.socket:
    """Connect through the proxy."""
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=60)


def test_what_is_not_disturbed_passes(proxy: Proxy) -> None:
    """In both directions, whole."""
    with connected(proxy) as client:
        client.sendall(b"x" * 1000)
        assert client.recv(1000, socket.MSG_WAITALL) == b"x" * 1000


def test_a_cut_connection_is_reset(proxy: Proxy) -> None:
    """And the next one passes."""
    with connected(proxy) as client:
        client.sendall(b"first")
        assert client.recv(5, socket.MSG_WAITALL) == b"first"
        proxy.cut()
        assert ended(client)
    with connected(proxy) as client:
        client.sendall(b"again")
        assert client.recv(5, socket.MSG_WAITALL) == b"again"


def test_a_halved_piece_ends_its_connection(proxy: Proxy) -> None:
    """Whoever sent it does not know how much arrived."""
    proxy.halve(1)
    with connected(proxy) as client:
        client.sendall(b"x" * 1000)
        assert ended(client)


def ended(client: socket.socket) -> bool:
    """Read until the other end is gone; tell whether less came than a whole piece."""
    received = 0
    try:
        while piece := client.recv(65536):
            received += len(piece)
    except ConnectionError:
        return received < 1000
    return received < 1000
