"""Forms with files, read as they come in: no part of a file is gathered, and none ever touches a disk."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from web.problems import WrongRequest

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

#: Most bytes of a field that is no file.
_LARGEST_FIELD: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A value that was filled in."""

    name: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBegins:
    """What follows, until `FileEnds`, is of one file."""

    file_name: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePiece:
    """Some bytes of the file that has begun."""

    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileEnds:
    """The file that has begun is whole."""


Part = Field | FileBegins | FilePiece | FileEnds


async def parts_of(request: Request) -> AsyncIterator[Part]:
    """Yield the parts of a form in the order in which they come in.

    Raises:
        WrongRequest: It is no form, or breaks off.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise WrongRequest
    form = _Form()
    try:
        parser = MultipartParser(options[b"boundary"], form.callbacks())
        async for chunk in request.stream():
            parser.write(chunk)
            for part in form.taken():
                yield part
        parser.finalize()
    except FormParserError as error:
        raise WrongRequest from error
    for part in form.taken():
        yield part
    if not form.whole:
        raise WrongRequest


class _Form:
    """Gathers what the parser finds until it is taken."""

    def __init__(self) -> None:
        self.whole = False
        self._found: list[Part] = []
        self._header = bytearray()
        self._value = bytearray()
        self._disposition = b""
        self._name: str | None = None
        self._in_file = False
        self._field = bytearray()

    def callbacks(self) -> "MultipartCallbacks":
        """Return what the parser calls."""
        return {
            "on_part_begin": self._part_begins,
            "on_part_data": self._data,
            "on_part_end": self._part_ends,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_end,
            "on_end": self._ends,
        }

    def taken(self) -> list[Part]:
        """Return what was found since the last time."""
        found, self._found = self._found, []
        return found

    def _part_begins(self) -> None:
        self._disposition, self._name, self._in_file = b"", None, False
        self._field.clear()

    def _header_ends(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"name" not in options:
            raise WrongRequest
        self._name = options[b"name"].decode(errors="replace")
        self._in_file = b"filename" in options
        if self._in_file:
            self._found.append(FileBegins(file_name=options[b"filename"].decode(errors="replace")))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._found.append(FilePiece(content=data[start:end]))
            return
        self._field.extend(data[start:end])
        if len(self._field) > _LARGEST_FIELD:
            raise WrongRequest

    def _part_ends(self) -> None:
        if self._in_file:
            self._found.append(FileEnds())
        elif self._name is not None:
            self._found.append(Field(name=self._name, value=self._field.decode(errors="replace")))

    def _ends(self) -> None:
        self.whole = True
