"""How often the pages ask the ledger: once a tick while nothing changes, and never once for each document."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from storage.ledger.sql import SqlLedger
from tests.fakes import paper
from tests.web.house import House, files
from web.access.local import ACCOUNTS
from web.access.visitor import Visitor
from web.api.changes import _Watch

SUBMISSIONS = "/api/v1/submissions"


@contextmanager
def asked(ledger: SqlLedger) -> Iterator[list[str]]:
    """Give the queries that are made of the ledger meanwhile."""
    queries: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            queries.append(statement)

    event.listen(ledger._engine, "before_cursor_execute", note)
    try:
        yield queries
    finally:
        event.remove(ledger._engine, "before_cursor_execute", note)


@pytest.fixture
def watch(house: House) -> _Watch:
    """Somebody who follows a submission of twelve files."""
    stack = [paper(str(number)) for number in range(12)]
    accepted = house.visitor("medecin").post(SUBMISSIONS, files=files(*stack)).json()
    house.work()
    return _Watch(house.app.state.desk, Visitor(member=ACCOUNTS[0], by_cookie=True), accepted["submission"])


def test_following_asks_once_a_tick_while_nothing_changes(house: House, watch: _Watch) -> None:
    """However many files there are."""
    ledger = house.services.ledger
    assert isinstance(ledger, SqlLedger)
    with asked(ledger) as first:
        found = watch.look()
    assert (found.totals.stored, len(found.files)) == (12, 12)
    assert len(first) < 6
    with asked(ledger) as later:
        assert watch.look() is found
    assert len(later) == 1


def test_a_list_asks_no_oftener_for_many_submissions_than_for_one(house: House, watch: _Watch) -> None:
    """No question for each file, nor for each submission."""
    del watch
    doctor = house.visitor("medecin")
    ledger = house.services.ledger
    assert isinstance(ledger, SqlLedger)
    with asked(ledger) as for_one:
        doctor.get(SUBMISSIONS)
    for number in range(3):
        doctor.post(SUBMISSIONS, files=files(paper(f"more {number}")))
    with asked(ledger) as for_four:
        assert len(doctor.get(SUBMISSIONS).json()["submissions"]) == 4
    assert len(for_four) == len(for_one)
