"""Patience: how long and how often, by the family of the error."""

from datetime import UTC, datetime, timedelta

import pytest

from documents.errors import (
    DamagedFile,
    Interrupted,
    ObjectsUnavailable,
    Tampered,
    UnknownDocument,
    WrongSetting,
    WrongStage,
)
from workers.retrying import Patience, code_of, is_host_fault

NOW = datetime(2026, 3, 14, tzinfo=UTC)
PATIENCE = Patience(most_attempts=8, most_claims=25, first=timedelta(seconds=2), longest=timedelta(seconds=600))


@pytest.mark.parametrize("failed_before", range(7))
def test_an_outage_is_waited_out_longer_each_time(failed_before: int) -> None:
    """Between half of the doubled wait and all of it, so that many do not come back in one wave (P3)."""
    retry_at = PATIENCE.next_attempt(ObjectsUnavailable(), failed_before, NOW)
    assert retry_at is not None
    ceiling = min(2 * 2**failed_before, 600)
    assert ceiling / 2 <= (retry_at - NOW).total_seconds() <= ceiling


def test_the_last_attempt_is_the_last() -> None:
    """P26: nothing loops for ever."""
    assert PATIENCE.next_attempt(Interrupted(), 7, NOW) is None


@pytest.mark.parametrize("error", [Tampered(), UnknownDocument(), DamagedFile()])
def test_what_time_does_not_mend_is_not_tried_again(error: Exception) -> None:
    """Altered bytes stay altered, and a refused document stays refused."""
    assert PATIENCE.next_attempt(error, 0, NOW) is None


def test_our_own_faults_are_tried_again_too() -> None:
    """A bug met on one document must not lose it."""
    assert PATIENCE.next_attempt(KeyError("name"), 0, NOW) is not None


def test_a_failure_is_recorded_by_its_code_never_by_its_message() -> None:
    """A foreign message may quote the document."""
    assert code_of(ValueError("MARTIN Camille")) == "unexpected-valueerror"
    assert code_of(Tampered("some id")) == "tampered"


def test_only_a_wrong_setting_is_the_hosts_fault() -> None:
    """Other misuse is about one document, and is told of it."""
    assert is_host_fault(WrongSetting("no OCR engine"))
    assert not any(map(is_host_fault, (WrongStage(), Tampered(), Interrupted(), KeyError("name"))))
    assert PATIENCE.longest / 2 <= PATIENCE.when_set_right(NOW) - NOW <= PATIENCE.longest
