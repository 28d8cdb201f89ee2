"""Messages between a parent and its confined child: a JSON header and raw bytes, each with its length in front."""

import io
import json
import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_LENGTHS = struct.Struct(">II")

#: Largest header or body accepted from a parent: a document.
_LARGEST_DOCUMENT = 1 << 30
#: The same from a child, whose lies about lengths must not exhaust its parent: a page as JSON, a PDF.
LARGEST_ANSWER = 64 << 20

_CHUNK = 1 << 20


class ChannelClosed(Exception):
    """The other side hung up, or spoke nonsense."""


class ChannelTimedOut(Exception):
    """The other side did not answer in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What travels: never pickled, since whoever sends it may have been taken over by a hostile document."""

    header: Mapping[str, Any] = field(repr=False)
    body: bytes = field(default=b"", repr=False)


class Channel:
    """One end of a connected pair of sockets."""

    def __init__(self, end: socket.socket, largest: int = _LARGEST_DOCUMENT) -> None:
        """Take over one end; accept parts of messages up to so many bytes."""
        self._socket = end
        self._largest = largest

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def send(self, message: Message, seconds: float | None = None) -> None:
        """Send a message within so many seconds.

        Raises:
            ChannelClosed: The other side hung up.
            ChannelTimedOut: The other side does not take it.
        """
        header = json.dumps(message.header, ensure_ascii=False, separators=(",", ":")).encode()
        self._socket.settimeout(seconds)
        try:
            self._socket.sendall(_LENGTHS.pack(len(header), len(message.body)) + header)
            self._socket.sendall(message.body)
        except TimeoutError as error:
            raise ChannelTimedOut from error
        except OSError as error:
            raise ChannelClosed from error

    def receive(self, seconds: float | None = None) -> Message:
        """Wait for a message for so many seconds.

        Raises:
            ChannelClosed: The other side hung up or spoke nonsense.
            ChannelTimedOut: Nothing complete came.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        header_length, body_length = _LENGTHS.unpack(self._exactly(_LENGTHS.size, deadline))
        if max(header_length, body_length) > self._largest:
            raise ChannelClosed
        header = self._exactly(header_length, deadline)
        body = self._exactly(body_length, deadline)
        try:
            content = json.loads(header)
        except ValueError as error:
            raise ChannelClosed from error
        if not isinstance(content, dict):
            raise ChannelClosed
        return Message(header=content, body=body)

    def _exactly(self, length: int, deadline: float | None) -> bytes:
        # A growing buffer gives its bytes away without a copy: of a large document there is never a second one.
        buffer = io.BytesIO()
        chunk = memoryview(bytearray(min(length, _CHUNK)))
        while left := length - buffer.tell():
            if deadline is not None:
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    raise ChannelTimedOut
                self._socket.settimeout(remaining)
            try:
                count = self._socket.recv_into(chunk[:left])
            except TimeoutError as error:
                raise ChannelTimedOut from error
            except OSError as error:
                raise ChannelClosed from error
            if not count:
                raise ChannelClosed
            buffer.write(chunk[:count])
        return buffer.getvalue()
