"""The audit trail gets proofs and a chain: whose hand wrote each event, links over them, anchors of the links."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward. Columns without a default and empty tables: nobody waits, however long the trail is."""
    for column in (
        sa.Column("role", sa.String(16)),
        sa.Column("scribe", sa.String(16)),
        sa.Column("line", sa.Integer()),
        sa.Column("mac", sa.LargeBinary()),
    ):
        op.add_column("events", column)
    op.create_table(
        "links",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_links"),
    )
    op.create_table(
        "anchors",
        sa.Column("link", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("link", name="pk_anchors"),
    )
    _begin_chain()
    for table in ("links", "anchors"):
        _refuse_change(table)


def _begin_chain() -> None:
    """Write link 0, which says up to where events are from before the chain."""
    last = op.get_bind().execute(sa.text("SELECT max(id) FROM events")).scalar() or 0
    digest = hashlib.sha256(b"verso link 1" + bytes(32) + bytes(8) + last.to_bytes(8) + bytes(16)).hexdigest()
    links = sa.table("links", *(sa.column(name) for name in ("number", "last", "count", "at", "digest")))
    op.bulk_insert(links, [{"number": 0, "last": last, "count": 0, "at": 0, "digest": digest}])


def _refuse_change(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_refuse_{verb.lower()} BEFORE {verb} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'events are never altered'); END",
        )
