"""Names can be held by one process at a time, whatever the machine: for stores and inboxes that cannot tell."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward. An empty table: nobody waits."""
    op.create_table(
        "holdings",
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_holdings"),
    )
