"""A connection to a server: a request goes out, and its answer is read to the end, as httptools finds it."""

import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult

from httptools import HttpResponseParser

#: Bytes that are read at once: few enough to come from the memory at hand.
_PIECE: Final = 2**16
#: The first status of an answer after which no other comes.
_FINAL: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered, whole."""

    status: int
    #: All that came before the body.
    head: bytes
    body: bytes = field(repr=False)

    @property
    def last(self) -> bool:
        """Whether its server hangs up after it."""
        return b"\r\nconnection: close" in self.head.lower()

    def header(self, name: str) -> str | None:
        """Return a header's value, by its name in lower case."""
        start = f"\r\n{name}:"
        at = self.head.lower().find(start.encode())
        if at < 0:
            return None
        value, _, _ = self.head[at + len(start) :].partition(b"\r\n")
        return value.decode("latin-1").strip()


class Connection:
    """Speaks HTTP/1.1 with a server, one request at a time."""

    def __init__(self, root: SplitResult, trust: ssl.SSLContext, connect: float, patience: float) -> None:
        """Connect.

        Args:
            root: The URL of the server.
            trust: By which a server must prove who it is, where the URL asks for it.
            connect: Seconds to wait for the connection.
            patience: Seconds to wait while the server says nothing.

        Raises:
            OSError: It did not come about.
        """
        secure = root.scheme == "https"
        host = root.hostname or ""
        plain = socket.create_connection((host, root.port or (443 if secure else 80)), connect)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._socket = trust.wrap_socket(plain, server_hostname=host) if secure else plain
        except BaseException:
            plain.close()
            raise
        self._socket.settimeout(patience)
        #: Monotonic time of its last answer, or of its beginning.
        self.since = time.monotonic()
        #: Whether it has been answered before.
        self.used = False

    def send(self, request: bytes) -> None:
        """Send a request.

        Raises:
            OSError: The connection was cut.
        """
        self._socket.sendall(request)

    def read(self) -> Answer:
        """Return an answer, read to its end.

        Raises:
            OSError: The connection was cut, or the server says nothing more, or more than one answer.
            HttpParserError: That is no HTTP.
        """
        reading, head = _Reading(), b""
        parser = HttpResponseParser(reading)
        while not reading.whole:
            piece = self._socket.recv(_PIECE)
            if not piece:
                raise ConnectionResetError
            if not reading.pieces:
                head += piece
            parser.feed_data(piece)
        self.since, self.used = time.monotonic(), True
        status = parser.get_status_code()
        if status < _FINAL or reading.answers != 1:
            raise ConnectionResetError
        head, _, _ = head.partition(b"\r\n\r\n")
        return Answer(status=status, head=head, body=b"".join(reading.pieces))

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


class _Reading:
    """What has been read of an answer; httptools calls its methods."""

    def __init__(self) -> None:
        """Begin before the first byte."""
        self.pieces: list[bytes] = []
        self.whole = False
        self.answers = 0

    def on_message_begin(self) -> None:
        """Take note that an answer begins."""
        self.answers += 1

    def on_body(self, piece: bytes) -> None:
        """Take a piece of the body."""
        self.pieces.append(piece)

    def on_message_complete(self) -> None:
        """Take note that it has ended."""
        self.whole = True
