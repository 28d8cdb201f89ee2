"""Scrubbing gets its memory: how far each pass over everything stored got, and what it found."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward. Empty tables: nobody waits."""
    serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "passes",
        sa.Column("number", serial, nullable=False),
        sa.Column("starter", sa.String(16), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        sa.Column("cursor", sa.String(32), nullable=False),
        sa.Column("objects", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("erased", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_passes"),
    )
    op.create_table(
        "faults",
        sa.Column("id", serial, nullable=False),
        sa.Column("pass", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_faults"),
        sa.ForeignKeyConstraint(["pass"], ["passes.number"], name="fk_faults_pass"),
    )
    op.create_index("ix_faults_pass_id", "faults", ["pass", "id"])
