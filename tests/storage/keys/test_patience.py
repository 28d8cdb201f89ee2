"""Patience with native code."""

import threading

import pytest

from documents.errors import KeysUnavailable
from storage.keys.patience import Patience


def test_an_answer_in_time_is_given() -> None:
    """As if it had been called at once."""
    assert Patience(60.0).wait_for(lambda: 42) == 42


def test_an_error_is_the_callers() -> None:
    """It comes out as it went in, and the next call has its turn."""
    patience = Patience(60.0)
    with pytest.raises(ZeroDivisionError):
        patience.wait_for(lambda: 1 // 0)
    assert patience.wait_for(lambda: 42) == 42


def test_while_one_hangs_no_other_is_started() -> None:
    """One thread at most is lost; when it comes back after all, work goes on."""
    patience, hangs, started = Patience(0.05), threading.Event(), list[int]()
    with pytest.raises(KeysUnavailable):
        patience.wait_for(lambda: hangs.wait(30))
    with pytest.raises(KeysUnavailable):
        patience.wait_for(lambda: started.append(1))
    hangs.set()
    assert Patience(60.0).wait_for(lambda: 42) == 42
    assert started == []
