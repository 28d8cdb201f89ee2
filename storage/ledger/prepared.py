"""Prepared: a statement that nearly every document runs, spelled out once and handed to the driver as it is.

SQLAlchemy writes it for each database and knows how its columns convert. What SQLAlchemy does anew for each execution
(a context, a cache key, a result of its own) costs more than what the driver does of it; here it is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Dialect, LargeBinary, RowMapping, Select, UpdateBase
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.types import TypeEngine

#: A row, by the names of its columns.
Row = Mapping[str, Any] | RowMapping
#: Turns a value into what the driver takes, or what it gives into a value.
_Convert = Callable[[Any], Any]


class Prepared:
    """A statement with named parameters, none of which stands for a list. May be used by many threads at once."""

    def __init__(self, statement: Select[Any] | UpdateBase) -> None:
        """Take a statement as SQLAlchemy builds it; it is spelled when it is first run."""
        self._statement = statement
        self._spellings: dict[tuple[str, ...], Spelling] = {}

    def spelled(self, database: str, names: Mapping[str, Any]) -> "Spelling":
        """Return it as a database takes it, for values of these names."""
        key = database, *names
        found = self._spellings.get(key)
        if found is None:
            found = self._spellings[key] = _spell(self._statement, _dialect(database), tuple(names))
        return found


@dataclass(slots=True, kw_only=True, eq=False)
class Spelling:
    """A statement as one database takes it, with values for certain names in their places."""

    text: str
    #: What it compares with by itself.
    constants: Mapping[str, Any]
    #: Which parameter stands in each place, and how the driver wants it.
    places: Sequence[tuple[str, _Convert | None]]
    #: Where bytes stand among them; None where none do.
    binary: Sequence[bool] | None
    _statement: Select[Any] | UpdateBase
    _dialect: Dialect
    _columns: "_Columns | None" = None

    def parameters(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values in their places, as the driver wants them."""
        wanted = {**self.constants, **values} if self.constants else values
        return [wanted[name] if convert is None else convert(wanted[name]) for name, convert in self.places]

    def rows(self, found: Sequence[Sequence[Any]], codes: Callable[[], Sequence[Any]]) -> list[Row]:
        """Return rows that the driver found; their columns' types are asked for once, by the database's codes."""
        if not found:
            return []
        columns = self._columns
        if columns is None:
            columns = self._columns = _columns_of(self._statement, self._dialect, codes())
        return [columns.row(each) for each in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """What a statement returns, as one database tells it."""

    #: In order.
    names: Sequence[str]
    #: Those that are told otherwise than the driver does.
    out: Sequence[tuple[str, _Convert]]

    def row(self, found: Sequence[Any]) -> dict[str, Any]:
        """Return one of the rows that the driver found."""
        told = dict(zip(self.names, found, strict=True))
        for name, convert in self.out:
            told[name] = convert(told[name])
        return told


@cache
def _dialect(database: str) -> Dialect:
    """Return how a database's driver wants statements: values by their places, which saves it looking for names."""
    if database == "postgresql":
        return PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # of its last ancestor
    return SQLiteDialect_pysqlite(paramstyle="qmark")


def _spell(statement: Select[Any] | UpdateBase, dialect: Dialect, names: Sequence[str]) -> Spelling:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    kinds = {name: _kind(bound, dialect) for bound, name in compiled.bind_names.items()}
    converts = {name: kind.bind_processor(dialect) for name, kind in kinds.items()}
    places = list(compiled.positiontup or ())
    binary = [isinstance(kinds[name], LargeBinary) for name in places]
    return Spelling(
        text=compiled.string,
        constants={name: value for name, value in compiled.params.items() if name not in names},
        places=[(name, converts[name]) for name in places],
        binary=binary if any(binary) else None,
        _statement=statement,
        _dialect=dialect,
    )


def _columns_of(statement: Select[Any] | UpdateBase, dialect: Dialect, codes: Sequence[Any]) -> _Columns:
    """Return how the columns are told whose types a database gave these codes."""
    columns = list(statement.exported_columns.items())
    given = (
        (str(name), _kind(column, dialect).result_processor(dialect, code))
        for (name, column), code in zip(columns, codes, strict=True)
    )
    return _Columns(
        names=[str(name) for name, _ in columns],
        out=[(name, convert) for name, convert in given if convert is not None],
    )


def _kind(element: ColumnElement[Any], dialect: Dialect) -> TypeEngine[Any]:
    return element.type.dialect_impl(dialect)
