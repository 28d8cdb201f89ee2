"""Work says which service it waits for, and an attempt which release and engines it was made with."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward. Columns without a default: nobody waits, and older workers need not know them."""
    op.add_column("work", sa.Column("waits_for", sa.String(64)))
    op.add_column("attempts", sa.Column("release", sa.String(255)))
    waiting = sa.column("waits_for").is_not(None)
    op.create_index("ix_work_waits_for", "work", ["waits_for"], sqlite_where=waiting, postgresql_where=waiting)
