"""The register of members in SQL, on SQLite and on PostgreSQL."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import text

from documents.errors import UnknownMember
from storage.ledger import database
from storage.members.sql import SqlMembers
from tests.contracts.ledger_making import Clock
from tests.contracts.members import ANNE, DIGEST, MembersContract, Reopen


class TestSqlMembers(MembersContract):
    """On each database in turn."""

    @pytest.fixture
    def reopen(self, url: str, clock: Clock) -> Iterator[Reopen]:
        """Make one more instance over the same database."""
        with ExitStack() as stack:

            def opened() -> SqlMembers:
                register = SqlMembers.opened(url, clock)
                stack.callback(register.close)
                return register

            yield opened


def test_who_is_being_dismissed_is_not_let_in(ledger_on_postgresql: str) -> None:
    """Whoever comes at that very moment waits for the outcome, and is told that nobody knows them."""
    register = SqlMembers.opened(ledger_on_postgresql, Clock())
    register.enroll(ANNE)
    engine = database.open_engine(ledger_on_postgresql)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    looking = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    with ThreadPoolExecutor(1) as other, engine.connect() as dismissing, looking:
        dismissing.execute(text("DELETE FROM members WHERE id = :id"), {"id": ANNE.id})
        visit = other.submit(register.open_session, ANNE, DIGEST)
        deadline = time.monotonic() + 30
        while not looking.execute(text(waiting)).scalar_one():
            assert time.monotonic() < deadline, "it waits for nobody"
            time.sleep(0.02)
        dismissing.commit()
        with pytest.raises(UnknownMember):
            visit.result()
    engine.dispose()
    register.close()
