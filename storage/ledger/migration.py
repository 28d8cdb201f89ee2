"""The schema's history: how a database is brought to the schema of this release, and how one tells that it is there."""

import threading
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from documents.errors import WrongSetting
from storage.ledger import database

_REVISIONS: Final = Path(__file__).parent / "migrations"

#: Alembic's `op` and `context` are one per process.
_ONE_AT_A_TIME: Final = threading.Lock()

#: PostgreSQL's name for "the ledger of Verso is being migrated": any number that nobody else uses.
_ADVISORY_LOCK: Final = 0x564552534F


def migrate(url: str) -> None:
    """Bring a database to the schema of this release. Twice, or by several processes at once, is safe.

    Where it is there already nothing is written and nobody waits for a lock.

    Raises:
        LedgerUnavailable: The database failed; it is as it was before.
    """
    engine = database.open_engine(url)
    try:
        if not _is_at_head(engine):
            migrate_engine(engine)
    finally:
        engine.dispose()


def migrate_engine(engine: Engine) -> None:
    """Do as `migrate` on an engine that is open already."""
    writer = engine.execution_options(**{database.WRITES: True})
    with _ONE_AT_A_TIME, database.translated(), writer.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        command.upgrade(_config(connection), "head")


def expect_head(connection: Connection) -> None:
    """Prove that a database has the schema of this release, or of a later one.

    A later one only adds to it what this release need not know (`docs/decisions/ledger.md`): the database is migrated
    first, and workers of two releases then work side by side.

    Raises:
        WrongSetting: It has an earlier one, or none.
    """
    found, head = _found_and_head(connection)
    if found != (head,) and not _is_later(found, head):
        raise WrongSetting(f"ledger schema is {', '.join(found) or 'absent'}, expected {head}: run `verso migrate`")


def found_schema(connection: Connection) -> str:
    """Return the revision of a database's schema."""
    found, _ = _found_and_head(connection)
    return ",".join(found)


def _is_at_head(engine: Engine) -> bool:
    with _ONE_AT_A_TIME, database.translated(), engine.connect() as connection:
        found, head = _found_and_head(connection)
    # What a later release has made of it is not this one's to touch.
    return found == (head,) or _is_later(found, head)


def _is_later(found: tuple[str, ...], head: str | None) -> bool:
    """Tell whether a database is beyond this release: revisions are numbered in the order in which they lead."""
    return head is not None and len(found) == 1 and found[0].isdecimal() and int(found[0]) > int(head)


def _found_and_head(connection: Connection) -> tuple[tuple[str, ...], str | None]:
    head = ScriptDirectory.from_config(_config(connection)).get_current_head()
    return tuple(MigrationContext.configure(connection).get_current_heads()), head


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    # Alembic reads settings with interpolation: a percent sign in a folder's name would break it.
    config.set_main_option("script_location", str(_REVISIONS).replace("%", "%%"))
    return config
