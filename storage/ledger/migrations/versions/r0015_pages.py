"""Pages: how many of its pages have been read under the claim on a piece of work, for whoever follows it."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward: work that is held meanwhile has told of none."""
    op.add_column("work", sa.Column("pages", sa.Integer(), nullable=False, server_default="0"))
