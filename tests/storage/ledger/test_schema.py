"""What the ledger's tables can hold, and how they are reached."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import DBAPIError

from documents.action import Action
from documents.actor import Actor
from documents.document import PatientRef
from documents.errors import LedgerUnavailable
from documents.event import Event
from documents.stage import Stage
from storage.audit.interface import AnchorRecord
from storage.holdings.schema import holdings
from storage.ledger import schema
from storage.ledger.interface import Ledger, Listing
from storage.ledger.sql import SqlLedger
from storage.members.schema import members
from storage.uploads.schema import uploads
from tests.contracts.ledger_making import Clock, admitted, received

#: Every column there is. Whoever adds one says here what it holds: an id, a code, a number or a time, never words
#: about a patient. What begins with ``sealed_`` alone holds words, sealed.
COLUMNS = {
    "aliases": "old new at sealed_number",
    "unique_names": "name document at",
    "anchors": "link at digest",
    "arrivals": "id feeder batch document at duplicate sealed_name",
    "attempts": "document part fence stage at code owner release",
    "batches": "feeder id opened_at",
    "documents": "id feeder batch stage parent first_page last_page version revision size received_at changed_at "
    "media_type pages reading partial "
    "patient type_code theme confidence reason died_in attempts seconds fence lane supersedes superseded_by",
    "events": "id at actor action document detail sealed_ground role scribe line mac",
    "links": "number last count at digest",
    "passes": "number starter started_at finished_at cursor objects size erased",
    "faults": "id pass code name",
    "objects": "document role part revision size digest",
    "pulses": "owner kind at waits_for",
    "parts": "document number first last done",
    "work": "document part due_at sleeping sent_at lease_owner fence attempts claims waits_for pages lane feeder",
    "members": "id issuer subject role feeder feeder_kind since",
    "sessions": "digest member since seen",
    "upload_parts": "upload number part size digest",
    "holdings": "name holder until",
    "nights": "insurer number document day full stage code lines patients received_at changed_at new changed unchanged "
    "unknown",
    "night_files": "document insurer number",
    "night_objects": "document run part size digest",
    "night_runs": "document number file through",
    "night_tallies": "insurer number file section lines accepted duplicates rejected",
    "standings": "insurer key slot patient digest whose falls version night edition document said",
    "uploads": "id feeder submission length offset sealed_declaration changed_at",
}


#: Tables that only the release before uses, which may run on for a while beside this one: the next one drops them.
LEFT_BEHIND = {"turns"}


@pytest.fixture
def clock() -> Clock:
    """Give a clock that obeys."""
    return Clock()


@pytest.fixture
def plans(ledger_on_sqlite: str, opener: Callable[[str], SqlLedger]) -> tuple[SqlLedger, list[str]]:
    """Give a ledger, and what SQLite says of how it goes about each query."""
    ledger = opener(ledger_on_sqlite)
    found: list[str] = []

    def explain(connection: Any, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        del cursor
        if statement.startswith(("SELECT", "WITH")):
            cursor = connection.connection.cursor()
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found.extend(str(row[3]) for row in cursor.fetchall())
            cursor.close()

    event.listen(ledger._engine, "before_cursor_execute", explain)
    return ledger, found


def test_no_column_can_hold_a_title_a_name_or_a_text() -> None:
    """The ledger speaks of work: it has no place for health data in clear."""
    assert members.metadata is uploads.metadata is holdings.metadata is schema.metadata
    found = {table.name: {column.name for column in table.columns} for table in schema.metadata.sorted_tables}
    assert found == {name: set(columns.split()) for name, columns in COLUMNS.items()}


def test_every_text_column_is_short() -> None:
    """No column takes a text's length."""
    lengths = [getattr(c.type, "length", None) for t in schema.metadata.sorted_tables for c in t.columns]
    assert max(length for length in lengths if length) <= 255


def _is_in_use(name: str | None, kind: str, _: object) -> bool:
    return kind != "table" or name not in LEFT_BEHIND


def test_migrations_lead_to_the_schema(url: str) -> None:
    """Tables made by the revisions are the tables that the code works with, to the index."""
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_in_use})
        assert compare_metadata(context, schema.metadata) == []
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET detail = 'stored'",
        "DELETE FROM events",
        "UPDATE links SET digest = ''",
        "DELETE FROM links",
        "UPDATE anchors SET digest = ''",
        "DELETE FROM anchors",
    ],
)
def test_the_trail_is_never_altered(url: str, clock: Clock, opener: Callable[[str], Ledger], statement: str) -> None:
    """The database itself refuses, whoever asks."""
    ledger = opener(url)
    admitted(ledger, received(clock))
    ledger.note_anchor(AnchorRecord(link=1, at=clock(), digest="a" * 64))
    engine = create_engine(url)
    with pytest.raises(DBAPIError, match="never altered"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize("table", ["events", "links", "anchors"])
def test_the_trail_is_never_emptied(ledger_on_postgresql: str, table: str) -> None:
    """PostgreSQL has one more way to remove rows; it is barred too."""
    engine = create_engine(ledger_on_postgresql)
    with pytest.raises(DBAPIError, match="never altered"), engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {table}"))
    engine.dispose()


@pytest.mark.parametrize(
    ("listing", "index"),
    [
        (Listing(), "ix_documents_received_at_id"),
        (Listing(stage=Stage.REVIEW), "ix_documents_stage_received_at_id"),
        (Listing(feeder="hospital"), "ix_documents_feeder_received_at_id"),
        (Listing(feeder="hospital", stage=Stage.REVIEW), "ix_documents_feeder_stage_received_at_id"),
        (Listing(batch="b-1"), "ix_documents_batch_received_at_id"),
        (Listing(batch="b-1", stage=Stage.REVIEW), "ix_documents_batch_stage_received_at_id"),
        (Listing(feeder="hospital", batch="b-1"), "ix_documents_batch_received_at_id"),
        (
            Listing(feeder="hospital", batch="b-1", stage=Stage.REVIEW, patient=PatientRef("a" * 64)),
            "ix_documents_patient_received_at_id",
        ),
        (Listing(patient=PatientRef("a" * 64)), "ix_documents_patient_received_at_id"),
    ],
)
def test_a_listing_walks_an_index(plans: tuple[SqlLedger, list[str]], listing: Listing, index: str) -> None:
    """P29: a page costs the same among ten documents and ten million: no scan, no sort."""
    ledger, steps = plans
    ledger.list(listing)
    assert any(index in step for step in steps)
    assert not any("TEMP B-TREE" in step for step in steps)


def test_a_batch_is_counted_by_its_own_index(plans: tuple[SqlLedger, list[str]]) -> None:
    """P29: counting one batch reads that batch, not its feeder's whole history."""
    ledger, steps = plans
    ledger.counts(feeder="hospital", batch="b-1")
    assert any("ix_documents_batch" in step for step in steps)


def test_due_work_is_found_by_index(plans: tuple[SqlLedger, list[str]], clock: Clock) -> None:
    """P23, P29: neither settled documents, nor work already sent, nor other feeders stand in its way."""
    ledger, steps = plans
    admitted(ledger, received(clock))
    steps.clear()
    ledger.due(100, timedelta(minutes=5))
    assert any("ix_work_unsent" in step for step in steps)
    assert any("ix_work_sent" in step for step in steps)
    assert not any(step.startswith("SCAN work") for step in steps)


def test_an_event_that_is_numbered_and_not_committed_is_waited_for(
    ledger_on_postgresql: str, clock: Clock, opener: Callable[[str], Ledger]
) -> None:
    """P4: what becomes visible late is bound with what came after it, never passed over; nothing waits for it long."""
    ledger = opener(ledger_on_postgresql)
    engine = create_engine(ledger_on_postgresql)
    with engine.connect() as slow:
        slow.execute(text("INSERT INTO events (at, actor, action, detail) VALUES (0, 'x', 'looked', '')"))
        ledger.record(Event(at=clock(), actor=Actor.operator("x"), action=Action.LOOKED))
        with pytest.raises(LedgerUnavailable):
            ledger.chain()
        slow.commit()
    engine.dispose()
    assert ledger.chain() == 2
