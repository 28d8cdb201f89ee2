"""What producers call their documents for ever: each name belongs to the first document that came under it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward: a table that is empty at first."""
    op.create_table(
        "unique_names",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("document", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_unique_names"),
        sa.ForeignKeyConstraint(["document"], ["documents.id"], name="fk_unique_names_document"),
    )
