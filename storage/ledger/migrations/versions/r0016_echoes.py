"""Standings keep keyed hashes of what was said: said again, it is known where nothing can be read any more."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward. The column is empty at first and needs no rewriting of a row; who changes a standing fills it."""
    op.add_column("standings", sa.Column("said", sa.LargeBinary()))
