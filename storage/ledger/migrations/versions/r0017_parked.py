"""Pulses say what a process waits for that could not start its work."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward. The column is empty for whoever works, and needs no rewriting of a row."""
    op.add_column("pulses", sa.Column("waits_for", sa.String(64)))
