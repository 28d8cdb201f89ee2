"""Parsing: a block of lines, CSV or NDJSON, becomes a frame of texts; a line that is none is marked, never dropped."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import Any, Final

import numpy as np
import polars as pl

from pipelines.reimbursing.blocks import Block
from pipelines.reimbursing.faults import LineFault
from pipelines.reimbursing.layout import COLUMNS, SEPARATOR

#: The first line of every CSV.
HEADER: Final = SEPARATOR.join(COLUMNS).encode()
#: Column with the number of a line in its file, from 1.
NUMBER: Final = "number"
#: Column with the code of what is wrong with a line; null where nothing is.
FAULT: Final = "fault"

_SCHEMA: Final = dict.fromkeys(COLUMNS, pl.String)
_MARK: Final = b"\xef\xbb\xbf"
_QUOTE: Final = b'"'
_Row = Sequence[str] | LineFault
#: Bytes below which all are control characters, the first byte of those from 0x80 on, and that of others in UTF-8.
_BLANK: Final = 0x20
_HIGH, _LAST_HIGH = 0xC2, 0x9F
_RARE: Final = (0x7F, 0xE2, 0xEF)


def parsed(block: Block, form: str) -> pl.DataFrame:
    """Return a block as a frame: the columns of a line as texts, its number, and a fault where it is no line.

    Args:
        block: Whole lines. A mark of the byte order before the first one, and carriage returns, are passed over.
        form: ``csv`` or ``ndjson``.
    """
    content = block.content.removeprefix(_MARK) if block.first == 1 else block.content
    if b"\r\n" in content:
        content = content.replace(b"\r\n", b"\n")
    first = block.first
    if form == "csv" and first == 1:
        head, _, rest = content.partition(b"\n")
        if head == HEADER:
            content, first = rest, 2
    whole = _csv_at_once(content) if form == "csv" else _ndjson_at_once(content)
    if whole is not None:
        numbers = pl.int_range(first, first + whole.height, dtype=pl.UInt32, eager=True)
        return whole.with_columns(numbers.alias(NUMBER), pl.lit(None, dtype=pl.String).alias(FAULT))
    return _line_by_line(content, first, form)


def may_hold_controls(content: bytes, form: str) -> bool:
    """Tell whether a block may hold a control character: most hold none, and need not be looked at text by text."""
    if form != "csv":
        # They come escaped.
        return True
    octets = np.frombuffer(content, dtype=np.uint8)
    if np.count_nonzero(octets < _BLANK) != content.count(b"\n") or any((octets == rare).any() for rare in _RARE):
        return True
    behind = np.flatnonzero(octets[:-1] == _HIGH) + 1
    return bool((octets[behind] <= _LAST_HIGH).any())


def _csv_at_once(content: bytes) -> pl.DataFrame | None:
    """Return plain lines as a frame; None when any of them needs a closer look."""
    if not content or _QUOTE in content or not _is_utf8(content):
        return pl.DataFrame(schema=_SCHEMA) if not content else None
    lines = content.count(b"\n")
    if content.count(SEPARATOR.encode()) != lines * (len(COLUMNS) - 1):
        return None
    try:
        frame = pl.read_csv(
            BytesIO(content),
            separator=SEPARATOR,
            has_header=False,
            schema=_SCHEMA,
            quote_char=None,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:
        # A line has too many columns. Where none has, none has too few: there are as many in all as there ought to be.
        return None
    return frame if frame.height == lines else None


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _ndjson_at_once(content: bytes) -> pl.DataFrame | None:
    """Return lines of JSON that all are as they should be; None when any of them needs a closer look."""
    members = dict.fromkeys(COLUMNS, pl.String) | {"quantity": pl.Int64}
    if not content:
        return pl.DataFrame(schema=_SCHEMA)
    try:
        frame = pl.read_ndjson(BytesIO(content), schema=members)
    except pl.exceptions.PolarsError:
        return None
    if frame.height != content.count(b"\n"):
        return None
    return frame.with_columns(pl.all().cast(pl.String).fill_null(""))


def _line_by_line(content: bytes, first: int, form: str) -> pl.DataFrame:
    """Return lines of which some are odd: each is read by itself."""
    rows = list(_rows(content.removesuffix(b"\n").split(b"\n"), form))
    faults = [row.code if isinstance(row, LineFault) else None for row in rows]
    empty = ("",) * len(COLUMNS)
    texts = [empty if isinstance(row, LineFault) else row for row in rows]
    frame = pl.DataFrame(texts, schema=_SCHEMA, orient="row")
    numbers = pl.int_range(first, first + len(rows), dtype=pl.UInt32, eager=True)
    return frame.with_columns(numbers.alias(NUMBER), pl.Series(FAULT, faults, dtype=pl.String))


def _rows(lines: Iterable[bytes], form: str) -> Iterator[_Row]:
    read = _csv_row if form == "csv" else _ndjson_row
    for line in lines:
        try:
            yield read(line.decode())
        except UnicodeDecodeError:
            yield LineFault.NOT_UTF8
        except (ValueError, csv.Error, RecursionError):
            yield LineFault.NOT_READABLE


def _csv_row(line: str) -> _Row:
    row = next(csv.reader([line], delimiter=SEPARATOR, strict=True), [])
    return row if len(row) == len(COLUMNS) else LineFault.NOT_READABLE


def _ndjson_row(line: str) -> _Row:
    said: Any = json.loads(line)
    if not isinstance(said, dict):
        return LineFault.NOT_READABLE
    return [_text(said.get(name)) for name in COLUMNS]


def _text(said: object) -> str:
    """Return a member as a text.

    Raises:
        ValueError: It is neither a text nor a whole number.
    """
    if said is None:
        return ""
    if isinstance(said, bool) or not isinstance(said, str | int):
        raise ValueError("neither a text nor a number")  # noqa: TRY004  what a line says is a value
    text = str(said)
    text.encode()  # half of a surrogate pair is a ValueError
    return text
