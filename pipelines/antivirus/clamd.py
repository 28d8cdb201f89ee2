"""ClamAV's daemon as antivirus: each file goes to it over a socket, by the command INSTREAM (clamd(8))."""

import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self
from urllib.parse import urlsplit

from documents.errors import AntivirusUnavailable, HarmfulFile, Infected, WrongSetting

#: Bytes of one piece; clamd takes any up to its limit for the whole.
_PIECE: Final = 2**18
#: Seconds for a connection, for what the daemon says of itself, and for an answer: a large archive takes minutes.
_CONNECT: Final = 5.0
_OF_ITSELF: Final = 5.0
_ANSWER: Final = 180.0
#: Most bytes of an answer: ``stream: NAME FOUND``.
_LONGEST: Final = 4096
_PORT: Final = 3310
#: How it writes when its signatures were made, by the clock of its host.
_MADE: Final = "%a %b %d %H:%M:%S %Y"
#: What clamd says of what goes beyond its limits, where ``AlertExceedsMax`` is set: it was not examined to its end.
_BEYOND: Final = b"Heuristics.Limits.Exceeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clamd:
    """Asks one daemon, on a connection for each file."""

    #: Path of its socket, or None.
    path: str | None = None
    host: str = ""
    port: int = _PORT

    @classmethod
    def at(cls, url: str, subject: str) -> Self:
        """Return the daemon at a URL.

        Args:
            url: ``tcp://host:port`` or ``unix:///path``.
            subject: The setting that holds the URL.

        Raises:
            WrongSetting: It is neither.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _PORT
        except ValueError as error:
            raise WrongSetting(subject) from error
        if parts.scheme == "unix" and parts.path and not parts.netloc:
            return cls(path=parts.path)
        if parts.scheme == "tcp" and parts.hostname and not parts.path:
            return cls(host=parts.hostname, port=port)
        raise WrongSetting(subject)

    def examine(self, content: bytes) -> None:
        """Let a file pass, or not: see `pipelines.antivirus.interface.Antivirus`."""
        whole = memoryview(content)
        self.examine_stream(whole[start : start + _PIECE] for start in range(0, len(whole), _PIECE))

    def examine_stream(self, pieces: Iterable[bytes | memoryview]) -> None:
        """Let a file pass, or not, that comes in pieces."""
        with self._line() as line:
            try:
                line.sendall(b"zINSTREAM\0")
                for piece in filter(len, pieces):  # an empty one would end it
                    line.sendall(struct.pack(">I", len(piece)))
                    line.sendall(piece)
                line.sendall(struct.pack(">I", 0))
            except OSError:
                # A daemon to which a file is too large says so and hangs up before it has all of it.
                _judge(_answer(line))
                raise
            _judge(_answer(line))

    def check(self) -> None:
        """Prove that the daemon answers.

        Raises:
            AntivirusUnavailable: It does not.
        """
        with self._line() as line:
            line.sendall(b"zPING\0")
            if _answer(line) != b"PONG":
                raise AntivirusUnavailable

    def signed_at(self) -> datetime | None:
        """Return when the daily signatures were made: ``ClamAV 1.4.3/27780/Fri Sep 26 08:27:41 2025``."""
        with self._line(_OF_ITSELF) as line:
            line.sendall(b"zVERSION\0")
            said = _answer(line)
        try:
            return datetime.strptime(said.decode().split("/")[2], _MADE).replace(tzinfo=UTC)
        except (IndexError, ValueError):
            return None

    @contextmanager
    def _line(self, patience: float = _ANSWER) -> Iterator[socket.socket]:
        """Connect, wait so many seconds for each answer, and translate whatever the line does."""
        try:
            with self._connected() as line:
                line.settimeout(patience)
                yield line
        except OSError as error:
            raise AntivirusUnavailable from error

    def _connected(self) -> socket.socket:
        if self.path is None:
            return socket.create_connection((self.host, self.port), timeout=_CONNECT)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(_CONNECT)
        try:
            line.connect(self.path)
        except OSError:
            line.close()
            raise
        return line


def _answer(line: socket.socket) -> bytes:
    """Return what the daemon says, up to its NUL."""
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST:
        more = line.recv(_LONGEST)
        if not more:
            break
        said += more
    return said.rstrip(b"\0\n")


def _judge(said: bytes) -> None:
    """Let pass what the daemon found nothing in; what it does not say so of does not pass."""
    if said == b"stream: OK":
        return
    if said.endswith(b" FOUND"):
        raise HarmfulFile if _BEYOND in said else Infected
    if said.startswith(b"INSTREAM size limit exceeded"):
        raise WrongSetting("StreamMaxLength")
    raise AntivirusUnavailable
