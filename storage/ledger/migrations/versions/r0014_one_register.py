"""What is held for a time, by whomever, is one register: the gate of insurers' nights is a holding like others."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward: a holder may have a long name, which rewrites no row.

    The table of turns stays, for processes of the release before; whoever held the gate there holds it for them alone.
    """
    with op.batch_alter_table("holdings") as holdings:
        holdings.alter_column("holder", existing_type=sa.String(32), type_=sa.String(255), existing_nullable=False)
