"""Ledgers on a test's clock."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from storage.ledger.interface import Ledger
from storage.ledger.sql import open_ledger
from tests.contracts.ledger_making import Clock


@pytest.fixture
def opener(clock: Clock) -> Iterator[Callable[[str], Ledger]]:
    """Give what opens ledgers on the test's clock, and closes them after the test."""
    with ExitStack() as stack:

        def opened(url: str) -> Ledger:
            ledger = open_ledger(url, clock)
            stack.callback(ledger.close)
            return ledger

        yield opened
