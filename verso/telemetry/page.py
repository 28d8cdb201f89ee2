"""The page: metrics and health of one process over HTTP, for whoever watches the installation."""

import json
import os
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

#: Tells what is wrong, as codes; nothing where all is well.
Ailing = Callable[[], list[Mapping[str, object]]]


class Page:
    """Answers ``/metrics`` and ``/health`` from a thread. No ids are shown, and nobody is asked who they are."""

    def __init__(self, host: str, port: int, registry: CollectorRegistry, ailing: Ailing) -> None:
        """Begin to answer.

        Raises:
            OSError: The port is taken.
        """
        self._server = ThreadingHTTPServer((host, port), _handler(registry, ailing))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, name="page", daemon=True).start()
        # A child that keeps the socket would keep the port from whoever comes after its parent.
        os.register_at_fork(after_in_child=self._server.socket.close)

    @property
    def port(self) -> int:
        """The port on which it answers."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


def _handler(registry: CollectorRegistry, ailing: Ailing) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers one request."""

        def do_GET(self) -> None:
            """Show what is asked for."""
            if self.path == "/metrics":
                self._answer(HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(registry))
            elif self.path == "/health":
                found = ailing()
                status = HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.OK
                self._answer(status, "application/json", json.dumps({"ailments": found}).encode())
            else:
                self.send_error(HTTPStatus.NOT_FOUND)

        def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  named by the base class
            """Say nothing: a line for each look would drown the log."""

    return Handler
