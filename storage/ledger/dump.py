"""The ledger as lines and back: every row of every table at one moment, for a copy that either database takes in."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Connection, LargeBinary, Select, Table, func, literal, select, text

from documents.errors import WrongSetting
from storage.ledger import database, migration, schema
from storage.ledger.instant import Instant
from storage.ledger.transaction import inserting_new

_FORMAT: Final = "verso ledger 1"
#: Rows in one statement.
_AT_ONCE: Final = 500


def lines(url: str) -> Iterator[bytes]:
    """Yield a ledger line by line, as it stands at one moment. The first line says of which schema it is.

    Raises:
        LedgerUnavailable: The database failed.
    """
    engine = database.open_engine(url)
    snapshot = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    try:
        with database.translated(), engine.execution_options(**snapshot).begin() as connection:
            yield _line({"format": _FORMAT, "schema": migration.found_schema(connection)})
            for table in schema.metadata.sorted_tables:
                for row in connection.execute(_all_of(table), execution_options={"yield_per": _AT_ONCE}):
                    yield _line({"table": table.name, "row": [_plain(value) for value in row]})
    finally:
        engine.dispose()


def restore(url: str, copied: Iterable[bytes]) -> int:
    """Put a copy into a migrated database that holds nothing yet, all of it or nothing.

    Returns:
        How many rows it holds.

    Raises:
        WrongSetting: The database holds something, or its schema is not the copy's.
        LedgerUnavailable: The database failed.
    """
    engine = database.open_engine(url)
    said = (json.loads(line) for line in copied)
    try:
        with database.translated(), engine.execution_options(**{database.WRITES: True}).begin() as connection:
            head: dict[str, Any] = next(said, {})
            if head.get("format") != _FORMAT or head.get("schema") != migration.found_schema(connection):
                raise WrongSetting("a copy of another schema: restore it with its own release, then migrate")
            if any(connection.execute(_count(table)).scalar_one() for table in _EMPTY_AT_FIRST):
                raise WrongSetting("the ledger is not empty: make a new database and migrate it")
            count = sum(_put(connection, number, rows) for number, rows in groupby(enumerate(said), _batch))
            if connection.dialect.name == "postgresql":
                _go_on_numbering(connection)
            return count
    finally:
        engine.dispose()


#: All but the links: a chain has its beginning from the migration.
_EMPTY_AT_FIRST: Final = tuple(table for table in schema.metadata.sorted_tables if table is not schema.links)
#: Tables whose rows the database numbers.
_NUMBERED: Final = (schema.arrivals, schema.events)


def _all_of(table: Table) -> Select[Any]:
    """Return every row of a table, stacks before their pieces."""
    if table is not schema.documents:
        return select(table).order_by(*table.primary_key.columns)
    whole = select(table.c.id, literal(0).label("depth")).where(table.c.parent.is_(None)).cte(recursive=True)
    tree = whole.union_all(select(table.c.id, whole.c.depth + 1).join(whole, table.c.parent == whole.c.id))
    return select(table).join(tree, tree.c.id == table.c.id).order_by(tree.c.depth, table.c.id)


def _batch(numbered: tuple[int, Mapping[str, Any]]) -> tuple[str, int]:
    """Return to which statement a row belongs: of one table, and not too large."""
    number, line = numbered
    return line["table"], number // _AT_ONCE


def _put(connection: Connection, batch: tuple[str, int], numbered: Iterator[tuple[int, Mapping[str, Any]]]) -> int:
    """Insert rows of one table."""
    table = schema.metadata.tables[batch[0]]
    rows = [_row(table, line["row"]) for _, line in numbered]
    connection.execute(inserting_new(table, connection.dialect.name), rows)
    if table is schema.links and any(row["number"] == 0 for row in rows):
        _expect_beginning(connection, next(row for row in rows if row["number"] == 0))
    return len(rows)


def _expect_beginning(connection: Connection, row: Mapping[str, Any]) -> None:
    """Prove that the chain of the copy begins as that of the database does.

    Raises:
        WrongSetting: It does not: the copied ledger is older than its chain.
    """
    table = schema.links
    if connection.execute(select(table.c.digest).where(table.c.number == 0)).scalar_one() != row["digest"]:
        raise WrongSetting("the copied ledger has events from before its chain: restore the database's own backup")


def _go_on_numbering(connection: Connection) -> None:
    """Let PostgreSQL number rows from where the copy ends."""
    for table in _NUMBERED:
        newest = select(func.coalesce(func.max(table.c.id), 0)).scalar_subquery()
        sequence = func.pg_get_serial_sequence(text(f"'{table.name}'"), text("'id'"))
        connection.execute(select(func.setval(sequence, newest + 1, False)))  # noqa: FBT003  SQL's own argument


def _count(table: Table) -> Select[int]:
    return select(func.count()).select_from(table)


def _line(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def _plain(value: object) -> object:
    """Return a value as JSON can hold it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _row(table: Table, values: list[Any]) -> dict[str, Any]:
    """Return a row as it is inserted."""
    return {column.name: _value(column.type, value) for column, value in zip(table.columns, values, strict=True)}


def _value(kind: object, value: Any) -> object:
    if value is None:
        return None
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    return base64.b64decode(value) if isinstance(kind, LargeBinary) else value
