"""What Alembic runs: revisions apply in the transaction that `storage.ledger.migration` has begun."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
