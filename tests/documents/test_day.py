"""The day of an instant, counted in France."""

from datetime import UTC, date, datetime

import pytest

from documents.day import day_in_france, past_day


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


def test_a_day_that_somebody_names_is_a_day_of_the_past() -> None:
    """Today in France is one already; tomorrow, another century and what is no day are not."""
    now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert past_day("2026-11-23", now) == date(2026, 11, 23)
    for wrong in ("2026-11-24", "1826-11-22", "2026-02-30", "22/11/2026"):
        with pytest.raises(ValueError, match=r".+"):
            past_day(wrong, now)
