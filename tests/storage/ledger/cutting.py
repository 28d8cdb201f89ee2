"""Cutting: the server ends connections, as a restart does."""

from sqlalchemy import Engine, text

from storage.ledger import database


def cut(engine: Engine, *backends: int) -> None:
    """Let the server end connections, as a restart does."""
    other = database.open_engine(engine.url.render_as_string(hide_password=False))
    with other.begin() as killer:
        for one in backends:
            ended = killer.execute(text("SELECT pg_terminate_backend(:backend, 60000)"), {"backend": one})
            assert ended.scalar_one(), "it does not end"
    other.dispose()
