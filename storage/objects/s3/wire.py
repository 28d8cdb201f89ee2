"""The wire: signed requests go out on connections kept open to one server; what gets no whole answer is None."""

import os
import ssl
import time
import weakref
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from botocore.httpsession import get_cert_path
from httptools import HttpParserError

from storage.objects.s3.bucket import Bucket
from storage.objects.s3.connection import Answer, Connection
from storage.objects.s3.signing import Signer
from storage.together import along

#: Idle connections that are kept for whoever comes next, and for how many seconds: what lies between may forget them.
_MOST_IDLE: Final = 8
_LONGEST_IDLE: Final = 60.0
#: Seconds without a try after a server gave no answer: an outage is waited for once, by who knows how to.
_SHUNNED: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A request, and who may send it."""

    wire: "Wire"
    request: bytes = field(repr=False)


def _answers(questions: Sequence[_Question]) -> list[Answer | None]:
    """Send requests, then read what each is answered."""
    unread = deque[Connection | None]()
    answers: list[Answer | None] = []
    try:
        for question in questions:
            unread.append(question.wire.sent(question.request))
        for question in questions:
            connection = unread[0]
            answers.append(None if connection is None else question.wire.read(connection, question.request))
            unread.popleft()
        return answers
    finally:
        # Whoever is stopped half-way leaves no connection on which an answer is still to come.
        for connection in unread:
            if connection is not None:
                connection.close()


class Wire:
    """Speaks with one server. May be used by many threads at once; no fork inherits a connection."""

    def __init__(self, bucket: Bucket, root: str) -> None:
        """Speak with a bucket's rights, patience and trust. Connects to nothing yet.

        Args:
            bucket: The bucket.
            root: The URL beneath which its objects are.
        """
        self._bucket = bucket
        self._root = urlsplit(root)
        self._signer = Signer(bucket, self._root.netloc)
        self._idle: deque[Connection] = deque()
        self._shunned_until = 0.0
        weakref.finalize(self, _close, self._idle)
        _close_before_fork(self)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] = MappingProxyType({}), body: bytes = b""
    ) -> Answer | None:
        """Send a request and read its answer to the end; None where that did not come about.

        Args:
            method: Its method.
            path: What comes after the root; encoded, and with its query, in order, where it has one.
            headers: What is told beside who asks and what is sent.
            body: What is sent.
        """
        if time.monotonic() < self._shunned_until:
            return None
        request = self._signer.head(method, f"{self._root.path}{path}", headers, body).encode() + body
        answer = along(_Question(wire=self, request=request), _answers)
        if answer is None:
            self._shunned_until = time.monotonic() + _SHUNNED
        return answer

    def close(self) -> None:
        """Close what is idle. The wire can still be used: it opens others."""
        _close(self._idle)

    def sent(self, request: bytes) -> Connection | None:
        """Return a connection on which a request went out; None where that did not come about."""
        kept = self._kept()
        if kept is not None:
            with suppress(OSError):
                kept.send(request)
                return kept
            kept.close()
        return self._sent_anew(request)

    def read(self, connection: Connection, request: bytes) -> Answer | None:
        """Return the answer to a request that went out on a connection; None where it is not whole.

        A server that hung up while the connection was idle is asked on another one.
        """
        used = connection.used
        try:
            answer = connection.read()
        except (OSError, HttpParserError) as error:
            connection.close()
            hung_up = used and isinstance(error, OSError) and not isinstance(error, TimeoutError)
            another = self._sent_anew(request) if hung_up else None
            return None if another is None else self.read(another, request)
        if answer.last or len(self._idle) >= _MOST_IDLE:
            connection.close()
        else:
            self._idle.append(connection)
        return answer

    def _sent_anew(self, request: bytes) -> Connection | None:
        with suppress(OSError):
            bucket = self._bucket
            connection = Connection(self._root, self._trust, bucket.connect_timeout, bucket.read_timeout)
            try:
                connection.send(request)
            except OSError:
                connection.close()
                raise
            return connection
        return None

    def _kept(self) -> Connection | None:
        """Return a connection that was kept open."""
        while self._idle:
            connection = self._idle.pop()
            if time.monotonic() - connection.since < _LONGEST_IDLE:
                return connection
            connection.close()
        return None

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whom a server's certificate must come from."""
        return ssl.create_default_context(cafile=self._bucket.authorities or get_cert_path(True))  # noqa: FBT003


def _close(connections: deque[Connection]) -> None:
    while connections:
        connections.pop().close()


def _close_before_fork(wire: Wire) -> None:
    """Let no child inherit a connection: two processes on one would read each other's answers."""
    alive = weakref.ref(wire)

    def close_idle() -> None:
        found = alive()
        if found is not None:
            found.close()

    os.register_at_fork(before=close_idle)
