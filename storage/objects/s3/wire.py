"""The wire: connections to one server, kept open between requests; what gets no whole answer is None."""

import os
import socket
import ssl
import time
import weakref
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from typing import Final
from urllib.parse import SplitResult

from botocore.httpsession import get_cert_path

from storage.objects.s3.bucket import Bucket

#: Idle connections that are kept for whoever comes next.
_MOST_IDLE: Final = 8
#: Seconds without a try after a server gave no answer: an outage is waited for once, by who knows how to.
_SHUNNED: Final = 5.0
#: Longest line of an answer's head, and most of them.
_LONGEST_LINE: Final = 16384
_MOST_LINES: Final = 100
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_NO_CONTENT: Final = 204


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered, whole."""

    status: int
    #: By names in lower case.
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Connection:
    """One connection, and what has come over it and was not read yet."""

    socket: socket.socket
    reader: BufferedReader

    def close(self) -> None:
        self.reader.close()
        self.socket.close()


class Wire:
    """Speaks HTTP/1.1 to one server. May be used by many threads at once; no fork inherits a connection."""

    def __init__(self, server: SplitResult, bucket: Bucket) -> None:
        """Lead to the server of this URL, with a bucket's patience and trust. Connects to nothing yet."""
        self._server, self._bucket = server, bucket
        # As botocore trusts, unless told otherwise.
        authorities = bucket.authorities or get_cert_path(True)  # noqa: FBT003
        self._tls = ssl.create_default_context(cafile=authorities) if server.scheme == "https" else None
        self._idle: deque[_Connection] = deque()
        self._process = os.getpid()
        self._shunned_until = 0.0
        weakref.finalize(self, _close, self._idle)

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
        """Send a request once and read its answer to the end; None where that did not come about."""
        if time.monotonic() < self._shunned_until:
            return None
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        request = "\r\n".join([*lines, f"content-length: {len(body)}", "", ""]).encode() + body
        connection = self._reused()
        fresh = connection is None
        try:
            connection = connection or self._connect()
            connection.socket.sendall(request)
            answer = _answer_on(connection.reader)
        except (OSError, ValueError) as error:
            if connection is not None:
                connection.close()
            # A connection that its server closed while it was idle is no outage.
            if fresh or isinstance(error, TimeoutError):
                self._shunned_until = time.monotonic() + _SHUNNED
            return None
        if answer.headers.get("connection", "").lower() == "close" or len(self._idle) >= _MOST_IDLE:
            connection.close()
        else:
            self._idle.append(connection)
        return answer

    def _reused(self) -> _Connection | None:
        if self._process != os.getpid():
            # Two processes on one connection would read each other's answers.
            self._process = os.getpid()
            _close(self._idle)
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _connect(self) -> _Connection:
        host, port = self._server.hostname or "", self._server.port or _DEFAULT_PORTS[self._server.scheme]
        connected = socket.create_connection((host, port), timeout=self._bucket.connect_timeout)
        try:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls is not None:
                connected = self._tls.wrap_socket(connected, server_hostname=host)
            connected.settimeout(self._bucket.read_timeout)
        except BaseException:
            connected.close()
            raise
        return _Connection(socket=connected, reader=connected.makefile("rb"))


def _close(idle: deque[_Connection]) -> None:
    """Close connections on this side; a parent's own stay open."""
    while idle:
        idle.pop().close()


def _answer_on(reader: BufferedReader) -> Answer:
    """Read one answer to its end.

    Raises:
        ValueError: It is none, or one whose end cannot be told.
        OSError: It broke off.
    """
    version, status, *_ = next(lines := _head(reader)).split(maxsplit=2)
    if version != "HTTP/1.1":
        raise ValueError
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = b"".join(_chunks(reader))
    else:
        body = _exactly(reader, 0 if int(status) == _NO_CONTENT else int(headers.get("content-length", "none")))
    return Answer(status=int(status), headers=headers, body=body)


def _head(reader: BufferedReader) -> Iterator[str]:
    """Yield the lines before a blank one."""
    for _ in range(_MOST_LINES):
        line = reader.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise ConnectionError
        if not (told := line.strip()):
            return
        yield told.decode("latin-1")
    raise ValueError


def _chunks(reader: BufferedReader) -> Iterator[bytes]:
    """Yield what comes in chunks of told sizes (RFC 9112, section 7.1)."""
    while size := int(reader.readline(_LONGEST_LINE).partition(b";")[0], 16):
        yield _exactly(reader, size)
        _exactly(reader, len(b"\r\n"))
    for _ in _head(reader):
        pass


def _exactly(reader: BufferedReader, size: int) -> bytes:
    content = reader.read(size)
    if len(content) != size:
        raise ConnectionError
    return content
