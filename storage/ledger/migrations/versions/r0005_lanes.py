"""Documents and their work say in which lane they travel, and work says whose it is: no feeder holds up another."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Lead forward. Columns with a constant default, which is no rewriting: older workers need not know them.

    The table of work holds what is unfinished only, so its new indexes are made in moments.
    """
    for table in ("documents", "work"):
        op.add_column(table, sa.Column("lane", sa.String(16), nullable=False, server_default="inbox"))
    op.add_column("work", sa.Column("feeder", sa.String(64), nullable=False, server_default=""))
    sent = sa.column("sent_at", sa.BigInteger())
    awake = sa.not_(sa.column("sleeping", sa.Boolean()))
    _index("unsent", "due_at", sa.and_(sent.is_(None), awake))
    _index("sent", "sent_at", sa.and_(sent.is_not(None), awake))


def _index(name: str, moment: str, where: sa.ColumnElement[bool]) -> None:
    op.drop_index(f"ix_work_{name}", "work")
    columns = ["lane", "feeder", moment]
    op.create_index(f"ix_work_{name}", "work", columns, sqlite_where=where, postgresql_where=where)
