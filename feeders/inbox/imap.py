"""A mailbox over IMAP as it is spoken here: TLS, one connection that is made anew when it is lost, bounded reads."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from documents.errors import InboxUnavailable

#: Bytes that are asked for at once.
_PIECE: Final = 1 << 20
#: Messages that are asked about at once.
_ASKED_AT_ONCE: Final = 500
_SECONDS: Final = 60.0
_UID: Final = re.compile(rb"\bUID (\d+)")
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_FLAGS: Final = re.compile(rb"FLAGS \(([^)]*)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Where a mailbox is and who may use it."""

    host: str
    port: int
    user: str = field(repr=False)
    password: str = field(repr=False)
    #: The folder that is read, and the one where messages go once they are received.
    folder: str = "INBOX"
    done: str = "Verso"
    #: File with the certificates to trust; None for the system's.
    authorities: str | None = None
    #: Whether the line is encrypted; False on loopback alone.
    tls: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A message as its server lists it."""

    uid: int
    size: int
    flags: frozenset[str]
    #: When it came. Aware, in UTC.
    since: datetime


class Line:
    """The connection to a mailbox."""

    def __init__(self, mailbox: Mailbox) -> None:
        """Connect to nothing yet."""
        self._mailbox = mailbox
        self._imap: imaplib.IMAP4 | None = None

    def open(self, folder: str) -> str:
        """Go to a folder and return what its numbers of messages are valid for (UIDVALIDITY).

        Raises:
            InboxUnavailable: The server does not answer, does not let us in, or has no such folder.
        """
        with self._speaking() as imap:
            _expect(imap.select(_quoted(folder)))
            (validity,) = imap.response("UIDVALIDITY")[1]
            return (validity or b"").decode("ascii", "replace")

    def make(self, folder: str) -> None:
        """Make a folder unless it is there."""
        with self._speaking() as imap:
            if imap.status(_quoted(folder), "(MESSAGES)")[0] != "OK":
                _expect(imap.create(_quoted(folder)))

    def keeps_keywords(self) -> bool:
        """Tell whether the open folder keeps flags of our own."""
        with self._speaking() as imap:
            return rb"\*" in b"".join(flags or b"" for flags in imap.response("PERMANENTFLAGS")[1])

    def search(self, *criteria: str) -> Sequence[int]:
        """Return the numbers of the messages in the open folder that meet criteria."""
        with self._speaking() as imap:
            found = _expect(imap.uid("SEARCH", *criteria))
            return [int(number) for part in found if isinstance(part, bytes) for number in part.split()]

    def listed(self, uids: Sequence[int]) -> Iterator[Listed]:
        """Yield what the server says of messages; those that are gone are left out."""
        for start in range(0, len(uids), _ASKED_AT_ONCE):
            asked = ",".join(map(str, uids[start : start + _ASKED_AT_ONCE]))
            with self._speaking() as imap:
                answers = _expect(imap.uid("FETCH", asked, "(UID RFC822.SIZE FLAGS INTERNALDATE)"))
            for answer in answers:
                if isinstance(answer, bytes):
                    yield from _listed(answer)

    def header(self, uid: int) -> bytes:
        """Return a message's header; nothing when it is gone."""
        return self._fetched(uid, "BODY.PEEK[HEADER]")

    def content(self, uid: int, size: int) -> bytes:
        """Return a message, piece by piece, without marking it as seen; nothing when it is gone."""
        pieces: list[bytes] = []
        while sum(map(len, pieces)) < size:
            start = sum(map(len, pieces))
            piece = self._fetched(uid, f"BODY.PEEK[]<{start}.{_PIECE}>")
            if not piece:
                return b""
            pieces.append(piece)
        return b"".join(pieces)

    def flag(self, uid: int, *flags: str) -> None:
        """Add flags to a message. Twice is safe."""
        with self._speaking() as imap:
            _expect(imap.uid("STORE", str(uid), "+FLAGS.SILENT", f"({' '.join(flags)})"))

    def move(self, uid: int, folder: str) -> None:
        """Move a message; a server that cannot copies it and forgets the first (RFC 6851, 3.3). Twice is safe."""
        with self._speaking() as imap:
            if "MOVE" in imap.capabilities:
                _expect(imap.uid("MOVE", str(uid), _quoted(folder)))
                return
            _expect(imap.uid("COPY", str(uid), _quoted(folder)))
            _expect(imap.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)"))
            _expect(imap.expunge())

    def close(self) -> None:
        """Hang up. Twice is safe; the next question calls again."""
        imap, self._imap = self._imap, None
        if imap is not None:
            _hang_up(imap)

    def _fetched(self, uid: int, what: str) -> bytes:
        with self._speaking() as imap:
            answers = _expect(imap.uid("FETCH", str(uid), f"({what})"))
        return b"".join(answer[1] for answer in answers if isinstance(answer, tuple))

    @contextmanager
    def _speaking(self) -> Iterator[imaplib.IMAP4]:
        """Give the connection, made anew if need be; whatever fails on it costs it, and its message stays here."""
        try:
            if self._imap is None:
                self._imap = self._connected()
            yield self._imap
        except (imaplib.IMAP4.error, OSError, ValueError) as error:
            self.close()
            # Not `from error`: what a server says may quote a message, or what we sent.
            raise InboxUnavailable(type(error).__name__) from None

    def _connected(self) -> imaplib.IMAP4:
        where = self._mailbox
        imap: imaplib.IMAP4
        if where.tls:
            context = ssl.create_default_context(cafile=where.authorities)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            imap = imaplib.IMAP4_SSL(where.host, where.port, ssl_context=context, timeout=_SECONDS)
        else:
            imap = imaplib.IMAP4(where.host, where.port, timeout=_SECONDS)
        try:
            imap.login(where.user, where.password)
        except imaplib.IMAP4.error:
            _hang_up(imap)
            raise
        return imap


def _hang_up(imap: imaplib.IMAP4) -> None:
    with suppress(imaplib.IMAP4.error, OSError, ValueError):
        imap.logout()
    with suppress(OSError, ValueError):
        imap.shutdown()


def _expect(answer: tuple[str, Sequence[bytes | tuple[bytes, bytes] | None]]) -> list[bytes | tuple[bytes, bytes]]:
    """Return what a server answers if it does as it is asked."""
    if answer[0] != "OK":
        raise InboxUnavailable(answer[0])
    return [part for part in answer[1] if part is not None]


def _listed(answer: bytes) -> Iterator[Listed]:
    uid, size, flags = _UID.search(answer), _SIZE.search(answer), _FLAGS.search(answer)
    came = imaplib.Internaldate2tuple(answer)
    if uid and size and flags and came:
        yield Listed(
            uid=int(uid[1]),
            size=int(size[1]),
            flags=frozenset(flags[1].decode("ascii", "replace").split()),
            since=datetime(*came[:6]).astimezone(UTC),
        )


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
