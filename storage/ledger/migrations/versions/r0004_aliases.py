"""Numbers of patients that another number stands for now."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward: a table that is empty at first."""
    op.create_table(
        "aliases",
        sa.Column("old", sa.String(64), nullable=False),
        sa.Column("new", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed_number", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("old", name="pk_aliases"),
    )
