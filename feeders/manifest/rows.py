"""Reads the rows of a manifest, CSV or JSON, as texts under known column names, one at a time."""

import csv
import io
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TextIO

from feeders.manifest.items import items_of

_FRENCH: Final = MappingProxyType(
    {
        "fichier": "file",
        "nom_fichier": "file",
        "empreinte": "sha256",
        "matricule_ins": "ins",
        "oid": "ins_oid",
        "oid_ins": "ins_oid",
        "nom_naissance": "birth_name",
        "nom_utilise": "used_name",
        "prenoms": "first_names",
        "sexe": "sex",
        "date_naissance": "birth_date",
        "lieu_naissance": "birth_place",
        "code_type": "type_code",
        "date_acte": "act_date",
        "auteur": "author",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a manifest."""

    #: Line in the file (CSV, where a row ends) or place in the list (JSON), from 1: names the row for ever.
    line: int
    #: Texts by column; nothing under a column that is empty. None when the line is malformed.
    cells: dict[str, str] | None = field(repr=False)


def read_csv(content: bytes) -> Iterator[Row]:
    """Yield the rows of a CSV file: UTF-8 with or without a mark, else Windows Latin; ``;``, ``,`` or tabs.

    Raises:
        ValueError: It has no header that names files.
    """
    text = io.TextIOWrapper(io.BytesIO(content), encoding=_encoding(content), errors="replace", newline="")
    header = text.readline()
    delimiter = max(";,\t", key=header.count)
    try:
        columns = [_column(cell) for cell in next(csv.reader([header], delimiter=delimiter), [])]
    except csv.Error as error:
        message = "no header"
        raise ValueError(message) from error
    if "file" not in columns:
        message = "no column names the files"
        raise ValueError(message)
    yield from _csv_rows(text, delimiter, columns)


def read_json(content: bytes) -> Iterator[Row]:
    """Yield the rows of a JSON file: a list of objects, or an object with such a list under ``files``.

    Raises:
        ValueError: It is neither, or is malformed from here on.
    """
    for line, item in enumerate(items_of(content.decode(_encoding(content), "replace"), "files"), start=1):
        cells = {_column(name): _text(value) for name, value in item.items()} if isinstance(item, dict) else None
        yield Row(line=line, cells=None if cells is None else {name: cell for name, cell in cells.items() if cell})


def _csv_rows(text: TextIO, delimiter: str, columns: list[str]) -> Iterator[Row]:
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            # The header was read before this reader began to count.
            yield Row(line=reader.line_num + 1, cells=None)
            continue
        if any(cell.strip() for cell in cells):
            whole = len(cells) <= len(columns)
            named = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if cell.strip()}
            yield Row(line=reader.line_num + 1, cells=named if whole else None)


def _encoding(content: bytes) -> str:
    """Return the encoding of a file, read piece by piece."""
    try:
        with io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="") as text:
            while text.read(2**16):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _column(name: str) -> str:
    """Return the name that a column has here: lower case, no accents, French names translated."""
    bare = unicodedata.normalize("NFKD", name.strip().lower()).encode("ascii", "ignore").decode()
    known = bare.replace(" ", "_").replace("-", "_")
    return _FRENCH.get(known, known)


def _text(value: object) -> str:
    if isinstance(value, list):
        return " ".join(_text(item) for item in value if not isinstance(item, list))
    known = isinstance(value, str | int) and not isinstance(value, bool)
    # JSON can spell half characters, which nothing can write again.
    return str(value).strip().encode("utf-8", "replace").decode() if known else ""
