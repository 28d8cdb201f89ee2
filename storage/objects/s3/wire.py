"""The wire: connections to one server, kept open between requests; what gets no whole answer is None."""

import os
import ssl
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPSConnection, IncompleteRead
from typing import Final
from urllib.parse import SplitResult

from botocore.httpsession import get_cert_path

from storage.objects.s3.bucket import Bucket

#: Idle connections that are kept for whoever comes next.
_MOST_IDLE: Final = 8
#: Seconds without a try after a server gave no answer: an outage is waited for once, by who knows how to.
_SHUNNED: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered, whole."""

    status: int
    headers: HTTPMessage
    body: bytes = field(repr=False)


class Wire:
    """Speaks HTTP/1.1 to one server. May be used by many threads at once; no fork inherits a connection."""

    def __init__(self, server: SplitResult, bucket: Bucket) -> None:
        """Lead to the server of this URL, with a bucket's patience and trust. Connects to nothing yet."""
        self._bucket = bucket
        self._open = _opener(server, bucket)
        self._idle: deque[HTTPConnection] = deque()
        self._process = os.getpid()
        self._shunned_until = 0.0
        weakref.finalize(self, _close, self._idle)

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """Send a request once and read its answer to the end; None where that did not come about."""
        if time.monotonic() < self._shunned_until:
            return None
        connection = self._connection()
        reused = connection.sock is not None
        try:
            if not reused:
                connection.connect()
                connection.sock.settimeout(self._bucket.read_timeout)
            connection.request(method, target, body=body or None, headers=headers)
            response = connection.getresponse()
            if response.length is None and not response.chunked:
                # Whatever breaks off would pass for the whole.
                raise IncompleteRead(b"")
            answer = Answer(status=response.status, headers=response.headers, body=response.read())
        except (OSError, HTTPException) as error:
            connection.close()
            # A connection that its server closed while it was idle is no outage.
            if not reused or isinstance(error, TimeoutError):
                self._shunned_until = time.monotonic() + _SHUNNED
            return None
        if len(self._idle) < _MOST_IDLE:
            self._idle.append(connection)
        return answer

    def _connection(self) -> HTTPConnection:
        if self._process != os.getpid():
            # Two processes on one connection would read each other's answers.
            self._process = os.getpid()
            _close(self._idle)
        try:
            return self._idle.pop()
        except IndexError:
            return self._open()


def _close(idle: deque[HTTPConnection]) -> None:
    """Close connections on this side; a parent's own stay open."""
    while idle:
        idle.pop().close()


def _opener(server: SplitResult, bucket: Bucket) -> Callable[[], HTTPConnection]:
    """Return what makes connections to a server, not connected yet."""
    host, port, patience = server.hostname or "", server.port, bucket.connect_timeout
    if server.scheme == "http":
        return lambda: HTTPConnection(host, port, timeout=patience)
    trust = ssl.create_default_context(cafile=bucket.authorities or get_cert_path(True))  # noqa: FBT003  botocore's own
    return lambda: HTTPSConnection(host, port, timeout=patience, context=trust)
