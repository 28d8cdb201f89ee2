"""Insurers' nights get their register: what came in, how far it got, and where each patient's care stands."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward. Empty tables: nobody waits."""
    op.create_table(
        "nights",
        sa.Column("insurer", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("code", sa.String(64)),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("patients", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("new", sa.BigInteger()),
        sa.Column("changed", sa.BigInteger()),
        sa.Column("unchanged", sa.BigInteger()),
        sa.Column("unknown", sa.BigInteger()),
        sa.PrimaryKeyConstraint("insurer", "number", name="pk_nights"),
    )
    op.create_index("ix_nights_insurer_stage_number", "nights", ["insurer", "stage", "number"])
    op.create_table(
        "night_tallies",
        sa.Column("insurer", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(16), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        sa.Column("duplicates", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("insurer", "number", "file", "section", name="pk_night_tallies"),
    )
    op.create_table(
        "night_files",
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("insurer", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("document", name="pk_night_files"),
    )
    op.create_table(
        "night_runs",
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file", sa.Integer(), nullable=False),
        sa.Column("through", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("document", "number", name="pk_night_runs"),
    )
    op.create_table(
        "night_objects",
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("document", "run", "part", name="pk_night_objects"),
    )
    op.create_table(
        "standings",
        sa.Column("insurer", sa.String(64), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("patient", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("whose", sa.String(64), nullable=False),
        sa.Column("falls", sa.String(64)),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("night", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(32)),
        sa.PrimaryKeyConstraint("insurer", "key", name="pk_standings"),
    )
    op.create_index("ix_standings_insurer_slot", "standings", ["insurer", "slot"])
    op.create_index("ix_standings_insurer_falls", "standings", ["insurer", "falls"])
    op.create_index("ix_standings_insurer_night_slot", "standings", ["insurer", "night", "slot"])
