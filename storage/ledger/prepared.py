"""Prepared: a statement that nearly every document runs, spelled out once and handed to the driver as it is.

SQLAlchemy writes it for each database and knows how its columns convert. What SQLAlchemy does anew for each execution
(a context, a cache key, a result of its own) costs more than what the driver does of it; here it is left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, RowMapping, Select, UpdateBase
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

#: A row, by the names of its columns.
Row = Mapping[str, Any] | RowMapping
#: Turns a value into what the driver takes, or what it gives into a value.
_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spelling:
    """A statement as one database takes it, with values for certain names."""

    text: str
    #: What it compares with by itself.
    constants: Mapping[str, Any]
    #: Those parameters that the driver wants otherwise.
    into: Sequence[tuple[str, _Convert]]

    def parameters(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values as the driver wants them."""
        wanted = {**self.constants, **values}
        for name, convert in self.into:
            wanted[name] = convert(wanted[name])
        return wanted


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


class Prepared:
    """A statement with named parameters, none of which stands for a list. May be used by many threads at once."""

    def __init__(self, statement: Select[Any] | UpdateBase) -> None:
        """Take a statement as SQLAlchemy builds it; it is spelled when it is first run."""
        self._statement = statement
        self._spellings: dict[tuple[str, ...], _Spelling] = {}
        self._columns: dict[str, _Columns] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Run it, and return the rows that it finds or tells of.

        Raises:
            SQLAlchemyError: As SQLAlchemy's own execution would.
        """
        cursor, found = self._run(connection, values)
        if not found:
            return []
        columns = self._columns.get(connection.dialect.name)
        if columns is None:
            columns = _columns_of(self._statement, connection.dialect, cursor.description)
            self._columns[connection.dialect.name] = columns
        return [columns.row(each) for each in found]

    def change(self, connection: Connection, *rows: Mapping[str, Any]) -> int:
        """Run it for rows of the same columns, at least one; return how many it changed.

        Raises:
            SQLAlchemyError: As SQLAlchemy's own execution would.
        """
        cursor, _ = self._run(connection, *rows)
        count: int = cursor.rowcount
        return count

    def _run(self, connection: Connection, *rows: Mapping[str, Any]) -> tuple[Any, Sequence[Sequence[Any]]]:
        """Run it within whatever transaction is open; return the driver's cursor, and what that found."""
        spelling = self._spelled(connection.dialect, tuple(rows[0]))
        try:
            cursor = connection.connection.cursor()
            if len(rows) == 1:
                cursor.execute(spelling.text, spelling.parameters(rows[0]))
            else:
                cursor.executemany(spelling.text, [spelling.parameters(row) for row in rows])
            return cursor, cursor.fetchall() if cursor.description else []
        except connection.dialect.loaded_dbapi.Error as error:
            raise _error_of(connection, error) from error

    def _spelled(self, dialect: Dialect, names: tuple[str, ...]) -> _Spelling:
        key = dialect.name, *names
        found = self._spellings.get(key)
        if found is None:
            found = self._spellings[key] = _spell(self._statement, dialect, names)
        return found


def _spell(statement: Select[Any] | UpdateBase, dialect: Dialect, names: Sequence[str]) -> _Spelling:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    taken = ((name, _kind(bound, dialect).bind_processor(dialect)) for bound, name in compiled.bind_names.items())
    return _Spelling(
        text=compiled.string,
        constants={name: value for name, value in compiled.params.items() if name not in names},
        into=[(name, convert) for name, convert in taken if convert is not None],
    )


def _columns_of(statement: Select[Any] | UpdateBase, dialect: Dialect, described: Sequence[Sequence[Any]]) -> _Columns:
    """Return how the columns are told that a driver described, each by its name and the database's code of its type."""
    codes = [code for _, code, *_ in described]
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


def _error_of(connection: Connection, error: Any) -> Exception:
    """Return an error of the driver as SQLAlchemy's, which takes a connection that was cut out of use with it."""
    dialect = connection.dialect
    cut = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if cut:
        connection.invalidate(error)
    base = dialect.loaded_dbapi.Error
    told = DBAPIError.instance(None, None, error, base, True, connection_invalidated=cut)  # noqa: FBT003  hides values
    return told if isinstance(told, DBAPIError) else error
