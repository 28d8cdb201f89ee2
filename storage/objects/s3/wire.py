"""The wire: libcurl signs each request and keeps connections to one server open; what gets no whole answer is None."""

import math
import os
import time
import weakref
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from types import MappingProxyType
from typing import Final

import pycurl
from botocore.httpsession import get_cert_path

from storage.objects.s3.bucket import Bucket

#: Idle connections that are kept for whoever comes next.
_MOST_IDLE: Final = 8
#: Seconds without a try after a server gave no answer: an outage is waited for once, by who knows how to.
_SHUNNED: Final = 5.0
_NO_CONTENT: Final = 204
#: What tells where an answer ends.
_ENDS: Final = (b"content-length:", b"transfer-encoding:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered, whole."""

    status: int
    #: Its lines, the first and the last one included.
    head: Sequence[bytes]
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """Return a header's value, by its name in lower case."""
        told = (line.decode("latin-1").partition(":") for line in self.head)
        return next((value.strip() for found, colon, value in told if colon and found.lower() == name), None)


class Wire:
    """Speaks HTTP/1.1 to one server. May be used by many threads at once; no fork inherits a connection."""

    def __init__(self, bucket: Bucket) -> None:
        """Speak with a bucket's rights, patience and trust. Connects to nothing yet."""
        self._bucket = bucket
        self._idle: deque[pycurl.Curl] = deque()
        self._shunned_until = 0.0
        _close_before_fork(self)

    def ask(
        self, method: str, url: str, headers: Mapping[str, str] = MappingProxyType({}), body: bytes | None = None
    ) -> Answer | None:
        """Send a request once and read its answer to the end; None where that did not come about.

        A connection that its server closed while it was idle is no outage: libcurl opens another.
        """
        if time.monotonic() < self._shunned_until:
            return None
        connection = self._connection()
        head, content = list[bytes](), BytesIO()
        connection.setopt(pycurl.URL, url)
        connection.setopt(pycurl.HEADERFUNCTION, head.append)
        connection.setopt(pycurl.WRITEDATA, content)
        # Not to be asked whether it wants to hear the rest.
        connection.setopt(pycurl.HTTPHEADER, ["Expect:", *(f"{name}: {value}" for name, value in headers.items())])
        if body is None:
            connection.setopt(pycurl.HTTPGET, True)  # noqa: FBT003  libcurl's own way
        else:
            connection.setopt(pycurl.POSTFIELDS, body)
        connection.setopt(pycurl.CUSTOMREQUEST, method)
        try:
            connection.perform()
        except pycurl.error:
            connection.close()
            self._shunned_until = time.monotonic() + _SHUNNED
            return None
        status = connection.getinfo(pycurl.RESPONSE_CODE)
        self._let_go(connection)
        if status != _NO_CONTENT and not any(line.lower().startswith(_ENDS) for line in head):
            # Whatever breaks off would pass for the whole.
            return None
        return Answer(status=status, head=head, body=content.getvalue())

    def close(self) -> None:
        """Close what is idle. The wire can still be used: it opens others."""
        while self._idle:
            self._idle.pop().close()

    def _connection(self) -> pycurl.Curl:
        try:
            return self._idle.pop()
        except IndexError:
            return self._opened()

    def _let_go(self, connection: pycurl.Curl) -> None:
        if len(self._idle) < _MOST_IDLE:
            self._idle.append(connection)

    def _opened(self) -> pycurl.Curl:
        """Return what will connect when it is first used, and again whenever it must."""
        bucket, connection = self._bucket, pycurl.Curl()
        connection.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        connection.setopt(pycurl.AWS_SIGV4, f"aws:amz:{bucket.region}:s3")
        connection.setopt(pycurl.USERNAME, bucket.access_key)
        connection.setopt(pycurl.PASSWORD, bucket.secret_key)
        connection.setopt(pycurl.CAINFO, bucket.authorities or get_cert_path(True))  # noqa: FBT003  botocore's own
        connection.setopt(pycurl.CONNECTTIMEOUT_MS, round(bucket.connect_timeout * 1000))
        # A server that says nothing for so long; one that is merely slow is listened to.
        connection.setopt(pycurl.LOW_SPEED_LIMIT, 1)
        connection.setopt(pycurl.LOW_SPEED_TIME, math.ceil(bucket.read_timeout))
        # Of the environment nothing is read, and no signal is used in threads.
        connection.setopt(pycurl.PROXY, "")
        connection.setopt(pycurl.NOSIGNAL, True)  # noqa: FBT003
        return connection


def _close_before_fork(wire: Wire) -> None:
    """Let no child inherit a connection: two processes on one would read each other's answers."""
    alive = weakref.ref(wire)

    def close_idle() -> None:
        found = alive()
        if found is not None:
            found.close()

    os.register_at_fork(before=close_idle)
