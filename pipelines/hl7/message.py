"""HL7 v2 messages in a file: framed for MLLP or bare, one or many, in the characters that they say."""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from documents.errors import DamagedFile
from pipelines.hl7.types import part

_BEGINS: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?[\x0b\s]*(?:(?:FHS|BHS)[^\r\n]*[\r\n]+)*MSH[|^~\\&#@$%!]")
_MESSAGE: Final = re.compile(rb"MSH.*?(?=\x1c|\Z|[\r\n\x0b](?:MSH|FTS|BTS|BHS|FHS)[^A-Za-z0-9\s])", re.DOTALL)
#: Table 0211, as far as it is met; whatever else is read as UTF-8 if it can be, else as Windows writes it.
_CHARSETS: Final = {
    "ASCII": "ascii",
    "8859/1": "iso-8859-1",
    "8859/15": "iso-8859-15",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UNICODE": "utf-8",
}
_HEX: Final = re.compile(r"((?:[0-9A-Fa-f]{2})+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message: segments of fields."""

    #: Fields of each segment, its name first; MSH-1 is the separator itself, so that numbers are those of the standard.
    segments: tuple[tuple[str, ...], ...] = field(repr=False)
    #: The encoding characters: component, repetition, escape, sub-component.
    marks: str

    @classmethod
    def load(cls, content: bytes) -> Self:
        """Read a message.

        Raises:
            DamagedFile: It is not one.
        """
        text = _decoded(content)
        separator, marks = text[3:4], text[4:8]
        if not text.startswith("MSH") or len(marks) < 4 or any(mark.isalnum() or mark.isspace() for mark in marks):
            raise DamagedFile
        rows = [tuple(line.split(separator)) for line in re.split(r"[\r\n]+", text) if line.strip()]
        header = (rows[0][0], separator, *rows[0][1:])
        return cls(segments=(header, *rows[1:]), marks=marks)

    def all(self, name: str) -> Iterator[tuple[str, ...]]:
        """Yield the segments of a name."""
        return (segment for segment in self.segments if segment[0] == name)

    def field(self, name: str, number: int) -> str:
        """Return a field of the first segment of a name, as it is written; nothing when there is none."""
        return part(next(self.all(name), ()), number)

    def repeated(self, written: str) -> Sequence[str]:
        """Return the repetitions of a field, in the usual encoding characters."""
        return [self.usual(one) for one in written.split(self.marks[1])] if written else []

    def usual(self, written: str) -> str:
        """Return a field with ``^`` between components and ``&`` between theirs, whatever the message uses."""
        return written.translate({ord(self.marks[0]): "^", ord(self.marks[3]): "&"})

    def plain(self, written: str) -> str:
        """Return a text without its escapes (HL7 v2.5, 2.7): separators, line breaks, characters by number."""
        escape = re.escape(self.marks[2])
        return re.sub(rf"{escape}([^{escape}]{{0,100}}){escape}", self._unescaped, written)

    def _unescaped(self, found: re.Match[str]) -> str:
        code = found[1]
        known = {"F": "|", "S": self.marks[0], "R": self.marks[1], "E": self.marks[2], "T": self.marks[3]}
        if code in known:
            return known[code]
        if code.startswith((".br", ".sp")):
            return "\n"
        if code.startswith("X") and _HEX.fullmatch(code[1:]):
            return bytes.fromhex(code[1:]).decode("utf-8", "replace")
        return ""


def is_hl7(content: bytes) -> bool:
    """Tell by its beginning whether a file is one of messages."""
    return _BEGINS.match(content[:4096]) is not None


def messages_in(content: bytes) -> Iterator[bytes]:
    """Yield the messages of a file, each as it stands there, without the frame."""
    for found in _MESSAGE.finditer(content):
        yield found[0].strip(b"\x0b\x1c\r\n ")


def _decoded(content: bytes) -> str:
    header = content.split(b"\r", 1)[0].split(b"\n", 1)[0].decode("latin-1")
    named = part(header.split(header[3:4] or "|"), 17).split(header[5:6] or "~")[0].strip().upper()
    encoding = _CHARSETS.get(named, "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return codecs.decode(content, "cp1252", "replace")
