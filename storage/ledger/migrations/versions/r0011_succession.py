"""Documents stand for earlier ones in a record: each may say which one it supersedes, and which one stands for it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward. The columns are empty at first and need no rewriting of a row; so are their indexes."""
    for column in ("supersedes", "superseded_by"):
        op.add_column("documents", sa.Column(column, sa.String(32)))
        named = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_documents_{column}", "documents", [column], sqlite_where=named, postgresql_where=named)
