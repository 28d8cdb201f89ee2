"""The ledger's first schema: arrivals, documents, their objects, their work, and the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward."""
    _intake()
    _holdings()
    _work()
    _trail()
    _seal_trail()
    _tell_sqlite_the_shape()


def _serial() -> sa.types.TypeEngine[int]:
    # SQLite numbers rows by itself only under exactly INTEGER.
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _document() -> sa.Column[str]:
    return sa.Column("document", sa.String(32), nullable=False)


def _of_document(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["document"], ["documents.id"], name=f"fk_{table}_document")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)


def _intake() -> None:
    op.create_table(
        "batches",
        sa.Column("feeder", sa.String(64), nullable=False),
        sa.Column("id", sa.String(255), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("feeder", "id", name="pk_batches"),
    )
    documents = op.create_table(
        "documents",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("feeder", sa.String(64), nullable=False),
        sa.Column("batch", sa.String(255)),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("parent", sa.String(32)),
        sa.Column("first_page", sa.Integer()),
        sa.Column("last_page", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(127)),
        sa.Column("pages", sa.Integer()),
        sa.Column("reading", sa.String(16)),
        sa.Column("partial", sa.Boolean(), nullable=False),
        sa.Column("patient", sa.String(64)),
        sa.Column("type_code", sa.String(64)),
        sa.Column("theme", sa.String(32)),
        sa.Column("confidence", sa.Double()),
        sa.Column("reason", sa.String(64)),
        sa.Column("died_in", sa.String(16)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.ForeignKeyConstraint(["parent"], ["documents.id"], name="fk_documents_parent"),
    )
    recency = ("received_at", "id")
    for leading in ((), ("stage",), ("feeder",), ("feeder", "stage"), ("batch",), ("batch", "stage"), ("patient",)):
        _index("documents", *leading, *recency)
    pieces = documents.c.parent.is_not(None)
    op.create_index(
        "ix_documents_pieces", "documents", ["parent", "first_page"], sqlite_where=pieces, postgresql_where=pieces
    )
    op.create_table(
        "arrivals",
        sa.Column("id", _serial(), nullable=False),
        sa.Column("feeder", sa.String(64), nullable=False),
        sa.Column("batch", sa.String(255)),
        _document(),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("duplicate", sa.Boolean(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_arrivals"),
        sa.ForeignKeyConstraint(["feeder", "batch"], ["batches.feeder", "batches.id"], name="fk_arrivals_feeder"),
        _of_document("arrivals"),
    )
    _index("arrivals", "feeder", "batch")
    _index("arrivals", "document")


def _holdings() -> None:
    op.create_table(
        "objects",
        _document(),
        sa.Column("role", sa.SmallInteger(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("document", "role", "part", "revision", name="pk_objects"),
        _of_document("objects"),
    )


def _work() -> None:
    op.create_table(
        "parts",
        _document(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("document", "number", name="pk_parts"),
        _of_document("parts"),
    )
    work = op.create_table(
        "work",
        _document(),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("sleeping", sa.Boolean(), nullable=False),
        sa.Column("sent_at", sa.BigInteger()),
        sa.Column("lease_owner", sa.String(255)),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("document", "part", name="pk_work"),
        _of_document("work"),
    )
    awake = sa.not_(work.c.sleeping)
    _partial_index("ix_work_unsent", "due_at", sa.and_(work.c.sent_at.is_(None), awake))
    _partial_index("ix_work_sent", "sent_at", sa.and_(work.c.sent_at.is_not(None), awake))
    _partial_index("ix_work_leased", "lease_owner", work.c.lease_owner.is_not(None))
    op.create_table(
        "attempts",
        _document(),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("owner", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("document", "part", "fence", name="pk_attempts"),
        _of_document("attempts"),
    )


def _partial_index(name: str, column: str, where: sa.ColumnElement[bool]) -> None:
    op.create_index(name, "work", [column], sqlite_where=where, postgresql_where=where)


def _trail() -> None:
    op.create_table(
        "events",
        sa.Column("id", _serial(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(255), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("document", sa.String(32)),
        sa.Column("detail", sa.String(255), nullable=False),
        sa.Column("sealed_ground", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    _index("events", "document", "id")


def _seal_trail() -> None:
    """Let the database itself refuse to alter or remove an event, whoever asks."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'events are never altered'; END$$",
        )
        op.execute(
            "CREATE TRIGGER events_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER events_refuse_{verb.lower()} BEFORE {verb} ON events "
            "BEGIN SELECT RAISE(ABORT, 'events are never altered'); END",
        )


def _tell_sqlite_the_shape() -> None:
    """Tell SQLite how selective each index is: that a batch is small and a stage is large, it could not guess.

    Statistics written by hand keep plans the same whatever the database holds: https://www.sqlite.org/optoverview.html
    """
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute("ANALYZE")
    shapes = {
        "received_at_id": "1000000 1 1",
        "stage_received_at_id": "1000000 200000 1 1",
        "feeder_received_at_id": "1000000 50000 1 1",
        "feeder_stage_received_at_id": "1000000 50000 10000 1 1",
        "batch_received_at_id": "1000000 200 1 1",
        "batch_stage_received_at_id": "1000000 200 40 1 1",
        "patient_received_at_id": "1000000 20 1 1",
        "pieces": "50000 20 1",
    }
    statistics = sa.table("sqlite_stat1", sa.column("tbl"), sa.column("idx"), sa.column("stat"))
    op.bulk_insert(
        statistics,
        [{"tbl": "documents", "idx": f"ix_documents_{name}", "stat": shape} for name, shape in shapes.items()],
    )
    op.execute("ANALYZE sqlite_schema")
