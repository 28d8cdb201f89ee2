"""The day of an instant, counted in France."""

from datetime import UTC, date, datetime

import pytest

from documents.day import day_in_france


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 7, 14, 21, 59, tzinfo=UTC), date(2026, 7, 14)),
        (datetime(2026, 7, 14, 22, 0, tzinfo=UTC), date(2026, 7, 15)),
    ],
)
def test_the_day_begins_at_midnight_in_france(instant: datetime, day: date) -> None:
    """A child born and examined just after midnight was not born tomorrow."""
    assert day_in_france(instant) == day
